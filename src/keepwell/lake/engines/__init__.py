"""The engines that compute on the lake, one file each, and the interface that they share."""

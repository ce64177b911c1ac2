"""Standard columns of facts."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "column.order_id": Message("order", "订单号"),
    "column.product_id": Message("product", "商品"),
    "column.category": Message("category", "品类"),
    "column.quantity": Message("quantity", "数量"),
    "column.discount": Message("discount", "折扣"),
    "column.cost": Message("cost", "成本"),
    "column.direction": Message("direction", "方向"),
    "column.status": Message("status", "状态"),
    "column.channel": Message("channel", "渠道"),
    "column.store": Message("store", "门店"),
    "column.type": Message("type", "类型"),
    "column.contract_end": Message("end of the contract", "合同到期日"),
    "column.unit": Message("unit", "组织"),
    "column.parent": Message("belongs to", "上级组织"),
    "column.label": Message("name", "名称"),
    "column.level": Message("level", "层级"),
    "column.lines": Message("lines", "行数"),
}

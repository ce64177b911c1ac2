"""The plan and its definitions."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "nav.plan": Message("Plan", "方案"),
    "plan.search": Message("Name or label", "名称或标签"),
    "plan.find": Message("Find", "查找"),
    "plan.none": Message("No definition matches", "没有匹配的定义"),
    "plan.kind": Message("Kind", "类型"),
    "plan.name": Message("Name", "名称"),
    "plan.label": Message("Label", "标签"),
    "plan.file": Message("File", "文件"),
    "plan.standing": Message("Standing", "状态"),
    "plan.versions": Message("Versions", "版本"),
    "plan.version": Message("Version", "版本"),
    "plan.at": Message("Published", "发布时间"),
    "plan.author": Message("By", "发布人"),
    "plan.reason": Message("Reason", "原因"),
    "plan.text": Message("Definition", "定义"),
    "plan.override": Message(
        "This one is shipped. Publishing an edit makes one of your own that takes its place.",
        "这是内置定义。发布修改后，将生成一个自有定义取而代之。",
    ),
    "plan.review": Message("Show what will change", "查看将发生的更改"),
    "plan.publish": Message("Publish", "发布"),
    "plan.changes": Message("What will change", "将发生的更改"),
    "plan.unchanged": Message("Nothing would change.", "没有任何更改。"),
    "plan.problems": Message("What is wrong", "问题"),
    "plan.fine": Message("No problem found.", "未发现问题。"),
    "plan.behind": Message(
        "Somebody published in the meantime. Your text is kept below and not published.",
        "在此期间有人发布了新版本。您的文本保留在下方，尚未发布。",
    ),
    "plan.behind.who": Message(
        "Version {number} is by {author} ({reason}).", "版本 {number} 由 {author} 发布（{reason}）。"
    ),
    "plan.behind.other": Message(
        "It changed other definitions and not this one: review your text again, and publish it.",
        "它改动的是其他定义，没有改动这一个：请重新查看您的文本后发布。",
    ),
    "plan.behind.same": Message(
        "It changed this definition too. Publishing your text as it is would undo that: take over what you need first.",
        "它也改动了这个定义。直接发布您的文本会撤销对方的更改：请先合并所需内容。",
    ),
    "plan.behind.gone": Message(
        "It took this definition away. Copy your text if you need it: publishing adds it again.",
        "它移除了这个定义。如仍需要，请保留您的文本：发布后将重新添加。",
    ),
    "plan.behind.since": Message("What they changed", "对方的更改"),
    "plan.behind.mine": Message("What you changed", "您的更改"),
    "plan.behind.theirs": Message("Their text of this definition", "对方版本中的该定义"),
    "plan.made_from": Message("Made from", "依据"),
    "plan.used_by": Message("Used by", "被使用于"),
    "plan.published": Message(
        "Published. Figures follow it from the next run on.", "已发布。下次运行后，各项数据将按新版本计算。"
    ),
    "plan.run_now": Message("Run now", "立即运行"),
    "plan.kind.source": Message("source", "数据源"),
    "plan.kind.measure": Message("measure", "度量"),
    "plan.kind.field": Message("field", "字段"),
    "plan.kind.ranking": Message("ranking", "排名"),
    "plan.kind.rhythm": Message("rhythm", "节奏"),
    "plan.kind.tag": Message("tag", "标签"),
    "plan.kind.segment": Message("segment", "分群"),
    "plan.kinds.source": Message("Sources", "数据源"),
    "plan.kinds.measure": Message("Measures", "度量"),
    "plan.kinds.field": Message("Derived fields", "派生字段"),
    "plan.kinds.rhythm": Message("Rhythms", "节奏"),
    "plan.kinds.ranking": Message("Rankings", "排名"),
    "plan.kinds.tag": Message("Tags", "标签"),
    "plan.kinds.segment": Message("Segments", "分群"),
    "plan.about.source": Message("How files or a table become facts.", "文件或数据表如何变成事实。"),
    "plan.about.measure": Message("Sums up each customer's facts.", "按客户汇总事实。"),
    "plan.about.field": Message("Computed from other fields.", "由其他字段计算得出。"),
    "plan.about.rhythm": Message("Each customer's own rhythm.", "每位客户自己的节奏。"),
    "plan.about.ranking": Message("Where a customer stands among all.", "客户在全部客户中的位置。"),
    "plan.about.tag": Message("A value that people set by hand.", "由人工设置的值。"),
    "plan.about.segment": Message("A saved condition over customers.", "保存下来的客户条件。"),
    "plan.standing.own": Message("your own", "自有"),
    "plan.standing.shipped": Message("shipped", "内置"),
    "plan.standing.off": Message("switched off", "已停用"),
    "plan.standing.asleep": Message("asleep: its data are missing", "休眠：缺少所需数据"),
    "plan.any": Message("Any", "全部"),
    "plan.all": Message("Show all", "显示全部"),
    "plan.found": Message("{count} definitions", "{count} 个定义", one="{count} definition"),
    "plan.shipped.count": Message("{count} shipped ones", "{count} 个内置定义", one="{count} shipped one"),
    "plan.none.hint": Message("Try a part of its name, or show all.", "可尝试输入名称的一部分，或显示全部。"),
    "plan.new": Message("New definition", "新建定义"),
    "plan.new.lead": Message("What do you want to define?", "您想定义什么？"),
    "plan.new.copy": Message(
        "To begin with a copy, open a definition and choose “Make a copy”.",
        "如需以副本开始，请打开某个定义并选择“创建副本”。",
    ),
    "plan.new.hint": Message(
        "Give it a name of its own in the first line. Lines that begin with # are remarks.",
        "请在第一行写上它自己的名称。以 # 开头的行是注释。",
    ),
    "plan.copy": Message("Make a copy", "创建副本"),
    "plan.your_edit": Message("your edit", "您的修改"),
    "plan.say_why": Message("say why, in at most {most} characters", "请说明原因，最多 {most} 个字符"),
    "plan.open_segment": Message("Segment over time", "分群走势"),
    "plan.is_off": Message(
        "This definition is switched off: nothing is computed of it.", "这个定义已停用：不参与任何计算。"
    ),
    "plan.is_asleep": Message(
        "This definition is asleep: no source gives the data it rests on.",
        "这个定义处于休眠：没有数据源提供它所需的数据。",
    ),
    "plan.switch.off": Message("Switch off", "停用"),
    "plan.switch.on": Message("Switch on", "启用"),
    "plan.switch.family": Message(
        "It is one window of {name}; all windows are switched together.",
        "它是 {name} 的一个时间窗；所有时间窗会一并切换。",
    ),
    "plan.switch.refused": Message("This cannot be switched as others use it:", "其他定义依赖它，无法切换："),
    "plan.version.number": Message("version {number}", "版本 {number}"),
    "plan.version.current": Message("runs now", "当前运行"),
    "plan.version.runs": Message("This is the version that runs.", "这是当前运行的版本。"),
    "plan.version.first": Message("This is the first version: all its files", "这是第一个版本：其全部文件"),
    "plan.version.change": Message("What it changed of version {number}", "相对版本 {number} 的更改"),
    "plan.version.since": Message(
        "What is different in version {number}, which runs now", "与当前运行的版本 {number} 的差异"
    ),
    "plan.version.same": Message("Nothing: both say the same.", "没有差异：两者内容相同。"),
    "plan.versions.all": Message("All versions", "全部版本"),
    "plan.versions.lead": Message(
        "Every publication is kept, with who made it and why.", "每次发布都会保留，并记录发布人和原因。"
    ),
    "plan.back": Message("Go back to version {number}", "恢复到版本 {number}"),
    "plan.back.review": Message("Show what going back would change", "查看恢复会带来的更改"),
    "plan.back.changes": Message("What going back would change", "恢复会带来的更改"),
    "plan.back.hint": Message(
        "Going back makes a new version with the definitions of then; the settings and rates of now stay.",
        "恢复会生成一个新版本，采用当时的定义；当前的设置和汇率保持不变。",
    ),
    "plan.back.nothing": Message(
        "No definition would change: only settings or rates are different, and those stay.",
        "没有定义会改变：只有设置或汇率不同，而它们保持不变。",
    ),
    "plan.back.behind": Message(
        "Version {number} was published by {author} in the meantime. This is what would change now, not published yet.",
        "在此期间 {author} 发布了版本 {number}。以下是现在会带来的更改，尚未发布。",
    ),
    "plan.history": Message("History", "历史"),
    "plan.history.of": Message("History of {name}", "{name} 的历史"),
    "plan.history.part": Message("Of the newest {count} versions.", "最近 {count} 个版本中的更改。"),
    "plan.history.none": Message("No version changed it", "没有版本改动过它"),
    "plan.history.none.hint": Message("It is as Keepwell ships it.", "它与 Keepwell 内置的定义相同。"),
    "plan.preview": Message("What it would do", "会带来的影响"),
    "plan.preview.only_texts": Message(
        "Only texts for people change: no figure and no segment does.",
        "只改动了说明文字：任何数据和分群都不变。",
    ),
    "plan.preview.now": Message("now", "现在"),
    "plan.preview.then": Message("then", "之后"),
    "plan.preview.members": Message("Customers in it", "其中的客户"),
    "plan.preview.moves": Message(
        "{entering} would come in, {leaving} would leave.", "将有 {entering} 位进入，{leaving} 位离开。"
    ),
    "plan.preview.same_members": Message("The same customers would be in it.", "其中的客户不变。"),
    "plan.preview.entering": Message("Come in: {count}", "进入：{count} 位"),
    "plan.preview.leaving": Message("Leave: {count}", "离开：{count} 位"),
    "plan.preview.more": Message("and {count} more", "另外 {count} 项"),
    "plan.preview.more_segments": Message("Segments that rest on it besides:", "另外依赖它的分群："),
    "plan.preview.values": Message(
        "The value changes for {changed} of {of} customers.", "{of} 位客户中有 {changed} 位的值会改变。"
    ),
    "plan.preview.from_facts": Message("Worked out anew from the facts.", "由事实重新计算得出。"),
    "plan.preview.missing": Message("no value", "没有值"),
    "plan.preview.least": Message("least", "最小"),
    "plan.preview.lower": Message("lower quarter", "下四分位"),
    "plan.preview.middle": Message("middle", "中位"),
    "plan.preview.upper": Message("upper quarter", "上四分位"),
    "plan.preview.greatest": Message("greatest", "最大"),
    "plan.preview.untold": Message("Only a run can tell the rest:", "其余只能在运行后得知："),
    "plan.preview.different": Message(
        "{count} definitions are different", "{count} 个定义发生变化", one="{count} definition is different"
    ),
    "plan.preview.how.added": Message("new", "新增"),
    "plan.preview.how.gone": Message("gone", "移除"),
    "plan.preview.how.meaning": Message("means something else", "含义改变"),
    "plan.preview.how.texts": Message("says it otherwise", "仅文字改变"),
    "plan.preview.how.asleep": Message("falls asleep", "进入休眠"),
    "plan.preview.how.awake": Message("wakes", "被唤醒"),
    "plan.preview.as_of": Message(
        "Compared for the customers as of the last run, {moment}. Nothing is published yet.",
        "按最近一次运行（{moment}）时的客户比较。尚未发布。",
    ),
    "plan.preview.no_snapshot": Message(
        "There was no run yet, so there are no customers to compare.", "尚未运行，没有可供比较的客户。"
    ),
    "plan.preview.read_anew": Message(
        "The next run reads all its data anew, since their meaning changes.",
        "由于含义改变，下次运行将重新读取它的全部数据。",
    ),
    "plan.preview.lost": Message(
        "It would refuse to, because {count} files that were read are gone: {files}",
        "但运行会被拒绝：已读取的 {count} 个文件不在了：{files}",
    ),
    "plan.nothing": Message("nothing", "无"),
}

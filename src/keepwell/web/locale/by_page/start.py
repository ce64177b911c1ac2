"""The first load: from a file of one's own to the list."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "start.title": Message("Load your own data", "导入自己的数据"),
    "start.lead": Message(
        "From a file of your shop or till to the customers about to leave, in a few minutes. Nothing changes until "
        "you publish.",
        "从店铺或收银导出的文件，到即将流失的客户名单，只需几分钟。发布之前不会改动任何内容。",
    ),
    "start.begin": Message("Load your own data", "导入自己的数据"),
    "start.add": Message("Add data", "添加数据"),
    "start.steps": Message("Steps", "步骤"),
    "start.step.start": Message("Files", "文件"),
    "start.step.columns": Message("Columns", "列"),
    "start.step.preview": Message("Preview", "预览"),
    "start.step.publish": Message("Publish", "发布"),
    "start.wrong": Message("This cannot be used yet", "暂时无法使用"),
    "start.draft": Message("In your draft", "草稿中的内容"),
    "start.file": Message("File", "文件"),
    "start.is": Message("A row is", "每行是"),
    "start.do": Message("Actions", "操作"),
    "start.remove": Message("Remove {file}", "移除 {file}"),
    "start.discard": Message("Discard the draft", "放弃草稿"),
    "start.to_preview": Message("Preview", "预览"),
    "start.files": Message("Upload files", "上传文件"),
    "start.more": Message("Upload more files", "继续上传"),
    "start.choose": Message("Files from your computer", "选择本地文件"),
    "start.files.hint": Message(
        "CSV, TSV, Excel (.xlsx), JSON lines or Parquet, UTF-8 or GB18030; {count} files, {room} MiB together. "
        "Files of the same columns become one source.",
        "支持 CSV、TSV、Excel（.xlsx）、JSON Lines 和 Parquet，编码 UTF-8 或 GB18030；"
        "最多 {count} 个文件，合计 {room} MiB。列相同的文件会合并为一个数据源。",
    ),
    "start.upload": Message("Upload", "上传"),
    "start.best": Message(
        "Best is the list of orders or of order lines, two years or more, with a customer number, mobile number or "
        "mail address in each row. A list of members may come beside it.",
        "最好是两年以上的订单或订单明细，每行带有会员号、手机号或邮箱；也可以一并上传会员名单。",
    ),
    "start.no_file": Message("No file was chosen", "没有选择文件"),
    "start.database": Message("Or read a database", "或读取数据库"),
    "start.variable": Message("Environment variable with its address", "存放数据库地址的环境变量"),
    "start.variable.hint": Message(
        "Plan files name the variable, never the password. A SQLite file in the plan folder: sqlite:///data/shop.db",
        "方案文件只写变量名，绝不写密码。方案文件夹中的 SQLite 文件可写 sqlite:///data/shop.db",
    ),
    "start.typed": Message("Try an address first", "先测试一个地址"),
    "start.address": Message("Address", "地址"),
    "start.address.hint": Message(
        "Used for this one test and not kept. Runs need the variable to be set where Keepwell runs.",
        "仅用于本次测试，不会保存。运行时仍需在 Keepwell 所在环境设置该变量。",
    ),
    "start.connect": Message("Connect and list the tables", "连接并列出数据表"),
    "start.table": Message("Table", "数据表"),
    "start.add_table": Message("Add this table", "添加此表"),
    "start.columns.title": Message("Columns of {file}", "{file} 的列"),
    "start.row_is": Message("What one row is", "一行数据是"),
    "start.fact.order": Message("an order", "一张订单"),
    "start.fact.order_line": Message("a line of an order", "一条订单明细"),
    "start.fact.interaction": Message("a contact or visit", "一次互动或访问"),
    "start.fact.party": Message("a customer", "一位客户"),
    "start.preset": Message("Export of", "导出自"),
    "start.no_preset": Message("another system", "其他系统"),
    "start.knowledge.seen": Message("Known from real files.", "依据真实文件。"),
    "start.knowledge.published": Message(
        "Known from published lists of columns: look once.", "依据公开的列名清单，请核对一遍。"
    ),
    "start.key": Message("What identifies a row", "行的唯一标识"),
    "start.no_key": Message("nothing: equal rows are all real", "无：相同的行都是真实数据"),
    "start.key.hint": Message("A later row with the same one is a correction.", "标识相同的后续行视为更正。"),
    "start.time_zone": Message("Time zone", "时区"),
    "start.currency": Message("Currency", "币种"),
    "start.as_plan": Message("as the plan", "同方案"),
    "start.minor": Message("Amounts are in", "金额单位"),
    "start.minor.major": Message("whole units (¥12.50)", "元（12.50）"),
    "start.minor.minor": Message("hundredths (1250)", "分（1250）"),
    "start.minor.doubt": Message(
        "No amount has decimals: could they be hundredths?", "所有金额都没有小数，会不会是“分”？"
    ),
    "start.name": Message("Name of the source", "数据源名称"),
    "start.system": Message("Customer numbers of", "客户编号所属系统"),
    "start.system.hint": Message(
        "Files with the same name here share their customers.", "此处名称相同的文件共用客户编号。"
    ),
    "start.header_row": Message("Row of names", "表头所在行"),
    "start.sheet": Message("Sheet", "工作表"),
    "start.sheet.first": Message("the first", "第一个"),
    "start.by_time": Message(
        "No column tells which order a row belongs to: what a customer bought at one time counts as one order.",
        "没有订单号列：同一客户同一时间的购买算作一张订单。",
    ),
    "start.status.cancelled": Message(
        "Orders that do not count as cancelled: {words}.", "视为已取消、不计入的订单：{words}。"
    ),
    "start.status.returned": Message("Taken as returned: {words}.", "视为已退货：{words}。"),
    "start.headless": Message(
        "The first row looks like data. Where the file has no row of names, add one and upload it again.",
        "第一行看起来是数据。如果文件没有表头，请补上后重新上传。",
    ),
    "start.column": Message("Column", "列"),
    "start.values": Message("First values, masked", "前几个值（已脱敏）"),
    "start.used_as": Message("Used as", "用作"),
    "start.how_sure": Message("How sure, and why", "把握与依据"),
    "start.filled": Message("{share} filled", "填写率 {share}"),
    "start.form": Message("read as {form}", "按 {form} 解析"),
    "start.back": Message("Back", "返回"),
    "start.again": Message("Guess again", "重新识别"),
    "start.go_on": Message("Save and go on", "保存并继续"),
    "start.lacks.occurred_at": Message("No column says when it happened.", "没有一列说明发生时间。"),
    "start.lacks.amount": Message(
        "No column says the amount: name one, or a unit price and a quantity.",
        "没有金额列：请指定一列，或同时指定单价和数量。",
    ),
    "start.lacks.party": Message("No column says who it is.", "没有一列说明是哪位客户。"),
    "start.nobody_told": Message(
        "No column says who bought: without one there are no customers, and no list. Name a customer number, a mobile "
        "number or a mail address.",
        "没有一列说明是谁买的：这样就没有客户，也没有名单。请指定会员号、手机号或邮箱列。",
    ),
    "start.bad_name": Message(
        "`{name}` is no name: a-z, 0-9 and _, beginning with a letter.",
        "“{name}”不能作名称：只能用 a-z、0-9 和 _，以字母开头。",
    ),
    "start.name_taken": Message(
        "Another file of this draft is called `{name}`.", "草稿中另一个文件已叫“{name}”。"
    ),
    "start.group.who": Message("Who", "客户"),
    "start.group.when": Message("When", "时间"),
    "start.group.what": Message("What", "内容"),
    "start.group.personal": Message("Personal: kept encrypted, shown masked", "个人信息：加密保存，脱敏显示"),
    "start.group.own": Message("A column of its own", "自有列"),
    "start.use.skip": Message("leave out", "不导入"),
    "start.use.party": Message("customer", "客户编号"),
    "start.use.party.of": Message("customer, known by {what}", "客户（以{what}识别）"),
    "start.use.order_id": Message("order number", "订单号"),
    "start.use.line": Message("line number", "明细行号"),
    "start.use.row_id": Message("number of the row", "记录编号"),
    "start.use.occurred_at": Message("when it happened", "发生时间"),
    "start.use.recorded_at": Message("when it was recorded", "录入时间"),
    "start.use.revision": Message("when it was last changed", "更新时间"),
    "start.use.contract_end": Message("end of contract", "合同到期日"),
    "start.use.amount": Message("amount paid", "实付金额"),
    "start.use.unit_price": Message("price of one", "单价"),
    "start.use.quantity": Message("quantity", "数量"),
    "start.use.discount": Message("discount", "优惠金额"),
    "start.use.cost": Message("cost", "成本"),
    "start.use.status": Message("status", "状态"),
    "start.use.channel": Message("channel", "渠道"),
    "start.use.store": Message("store", "门店"),
    "start.use.product_id": Message("product number", "商品编码"),
    "start.use.category": Message("category", "品类"),
    "start.use.type": Message("type of contact", "互动类型"),
    "start.use.direction": Message("direction", "方向"),
    "start.use.currency": Message("currency of the row", "该行币种"),
    "start.use.personal.of": Message("{what}", "{what}"),
    "start.use.free_text": Message("free text", "自由文本"),
    "start.use.own.of": Message("own column: {what}", "自有列：{what}"),
    "start.kind.phone": Message("phone number", "手机号"),
    "start.kind.email": Message("mail address", "邮箱"),
    "start.kind.name": Message("person's name", "姓名"),
    "start.kind.national_id": Message("identity number", "身份证号"),
    "start.kind.other": Message("other personal value", "其他个人信息"),
    "start.kind.text": Message("text", "文本"),
    "start.kind.whole": Message("whole number", "整数"),
    "start.kind.number": Message("number", "数字"),
    "start.kind.money": Message("money", "金额"),
    "start.kind.flag": Message("yes or no", "是/否"),
    "start.kind.day": Message("day", "日期"),
    "start.kind.moment": Message("day and time", "日期时间"),
    "start.sure.sure": Message("{share} sure", "把握 {share}"),
    "start.sure.likely": Message("likely, {share}", "较可能 {share}"),
    "start.sure.look": Message("please look, {share}", "请核对 {share}"),
    "start.sure.told": Message("chosen by you", "由您选定"),
    "start.sure.unknown": Message("left out", "不导入"),
    "start.sure.missing": Message("something is missing", "缺少必要的列"),
    "start.why.name": Message("its name", "列名"),
    "start.why.part_of_name": Message("a part of its name", "列名的一部分"),
    "start.why.values_time": Message("values are times", "值是时间"),
    "start.why.values_money": Message("values are amounts", "值是金额"),
    "start.why.values_number": Message("values are numbers", "值是数字"),
    "start.why.values_phone": Message("values are phone numbers", "值是手机号"),
    "start.why.values_email": Message("values are mail addresses", "值是邮箱"),
    "start.why.values_name": Message("values are names", "值是姓名"),
    "start.why.values_national_id": Message("values are identity numbers", "值是身份证号"),
    "start.why.values_currency": Message("values are currencies", "值是币种"),
    "start.why.also": Message("another column fits as well", "另有一列同样符合"),
    "start.why.taken": Message("another column fits better", "另一列更符合"),
    "start.why.no_customer_number": Message(
        "no customer number: people are told apart by this", "没有客户编号，以此区分客户"
    ),
    "start.why.preset": Message("known export", "已知的导出格式"),
    "start.why.told": Message("chosen by you", "由您选定"),
    "start.why.unknown": Message("not recognised", "未识别"),
    "start.why.day_or_month": Message("day and month could be swapped", "日和月可能颠倒"),
    "start.why.a_row_each_person": Message("a row for each person", "每人一行"),
    "start.why.when_and_who,_no_amount": Message(
        "it says when and who, and no amount", "有时间和客户，没有金额"
    ),
    "start.why.no_time": Message("no column says when", "没有时间列"),
    "start.why.nothing_tells": Message("nothing tells; please choose", "无法判断，请选择"),
    "start.why.no_order_number": Message("amounts and times, no order number", "有金额和时间，没有订单号"),
    "start.why.order_number,_no_amount": Message(
        "order numbers and times, and no amount known yet", "有订单号和时间，尚不知哪一列是金额"
    ),
    "start.why.orders_repeat": Message("order numbers repeat, with products", "订单号重复，且有商品"),
    "start.why.orders_repeat,_no_product": Message(
        "order numbers repeat, without products", "订单号重复，但没有商品"
    ),
    "start.why.a_row_each_order": Message("each order number once", "每个订单号只出现一次"),
    "start.preview.lead": Message(
        "The first rows as they would be taken in. Nothing is written yet.",
        "前若干行的导入结果，尚未写入任何数据。",
    ),
    "start.tried_anew": Message(
        "The zone or the currency was changed: these are the figures with {zone} and {currency}. Publish once more.",
        "时区或币种已更改：以下是按 {zone}、{currency} 重新试算的结果。核对后请再次发布。",
    ),
    "start.rows": Message("Rows", "行数"),
    "start.rows.first": Message("First rows", "前若干行"),
    "start.good": Message("Become facts", "成为事实"),
    "start.quarantined": Message("Would wait in quarantine", "将被隔离"),
    "start.duplicate": Message("Repeated rows", "重复行"),
    "start.customers": Message("Customers", "客户数"),
    "start.period": Message("From – to", "时间范围"),
    "start.anonymous": Message(
        "{count} rows name no customer", "{count} 行没有客户", one="1 row names no customer"
    ),
    "start.many_bad": Message("many rows would wait: look at the columns again", "隔离较多，请再核对各列"),
    "start.why_not": Message("Why rows would wait", "隔离原因"),
    "start.facts": Message("The first facts", "前几条事实"),
    "start.will_have": Message(
        "The plan will tell {count} fields of each customer", "方案将为每位客户给出 {count} 个字段"
    ),
    "start.all_awake": Message("Every shipped definition has its data.", "所有内置定义都有数据支持。"),
    "start.asleep.order": Message(
        "{count} definitions sleep: no source gives orders", "{count} 个定义休眠：没有订单数据"
    ),
    "start.asleep.order_line": Message(
        "{count} definitions sleep: no source gives order lines", "{count} 个定义休眠：没有订单明细数据"
    ),
    "start.asleep.interaction": Message(
        "{count} definitions sleep: no source gives contacts", "{count} 个定义休眠：没有互动数据"
    ),
    "start.asleep.party": Message(
        "{count} definitions sleep: no source describes customers", "{count} 个定义休眠：没有客户资料"
    ),
    "start.asleep.column": Message(
        "{count} definitions sleep: no source gives the columns they need",
        "{count} 个定义休眠：没有所需的列",
    ),
    "start.to_publish": Message("Go on to publish", "去发布"),
    "start.publish.lead": Message(
        "This writes ordinary plan files, publishes them as a version with your name, and begins a run.",
        "将写入普通的方案文件，以您的名义发布一个版本，并开始运行。",
    ),
    "start.business": Message("Name of the business", "商家名称"),
    "start.days_of": Message("Days count in the zone", "按哪个时区算天"),
    "start.language": Message("Language", "语言"),
    "start.why": Message("Reason, for the history", "发布原因（记入历史）"),
    "start.reason": Message("First load of {files}", "首次导入 {files}"),
    "start.texts": Message(
        "Show the {count} plan files", "查看 {count} 个方案文件", one="Show the plan file"
    ),
    "start.publish": Message("Publish and run", "发布并运行"),
    "start.no_name": Message("The business needs a name.", "请填写商家名称。"),
    "start.progress": Message("Your data are on their way", "正在处理您的数据"),
    "start.no_run": Message("No run was asked for.", "还没有请求运行。"),
    "start.done": Message("{count} customers are ready", "{count} 位客户已就绪", one="1 customer is ready"),
    "start.to_list": Message("Who is about to leave", "查看即将流失的客户"),
    "start.to_everybody": Message("Everybody", "全部客户"),
    "start.failed": Message("The run did not succeed", "运行未成功"),
    "start.nobody": Message(
        "It ended and found no customer: every row waits in quarantine, where the reasons stand.",
        "运行已结束，但没有得到任何客户：所有行都在隔离区，原因见“数据”页。",
    ),
    "start.leave": Message(
        "You can leave this page; when it is done it leads to the list.",
        "您可以离开本页；完成后会自动转到名单。",
    ),
}

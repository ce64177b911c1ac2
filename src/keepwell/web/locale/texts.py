"""Texts of the pages, by page and use."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS: dict[str, Message] = {
    # Every page
    "skip": Message("Skip to content", "跳到正文"),
    "nav": Message("Main navigation", "主导航"),
    "nav.people": Message("Customers", "客户"),
    "nav.sources": Message("Data", "数据"),
    "nav.runs": Message("Runs", "运行"),
    "sign_out": Message("Sign out", "退出登录"),
    "theme": Message("Colours", "配色"),
    "theme.auto": Message("As the device", "跟随系统"),
    "theme.light": Message("Light", "浅色"),
    "theme.dark": Message("Dark", "深色"),
    "search": Message("Find a customer", "查找客户"),
    "search.hint": Message("Whole phone, e-mail, name or ID", "完整的电话、邮箱、姓名或编号"),
    "previous": Message("Previous", "上一页"),
    "next": Message("Next", "下一页"),
    "paging": Message("Pages", "翻页"),
    "paging.shown": Message("{first}–{last} of {count}", "第 {first}–{last} 条，共 {count} 条"),
    "as_of": Message("as of {moment}", "截至 {moment}"),
    # First run and sign-in
    "welcome.title": Message("Welcome to Keepwell", "欢迎使用 Keepwell"),
    "welcome.lead": Message(
        "Choose a name and a password. You will be the administrator of {business}.",
        "请设置用户名和密码。您将成为“{business}”的管理员。",
    ),
    "welcome.go": Message("Begin", "开始使用"),
    "welcome.closed": Message("This link can no longer be used", "此链接已失效"),
    "welcome.closed.hint": Message(
        "It was used, replaced by a newer one, or is older than a day. As long as there is no user, "
        "`keepwell serve` prints a new one each time it starts.",
        "链接已被使用、已被新链接取代，或已超过一天。在还没有用户之前，每次启动 `keepwell serve` 都会输出新的链接。",
    ),
    "name": Message("Name", "用户名"),
    "password": Message("Password", "密码"),
    "password.hint": Message(
        "At least 10 characters; several words are easy to remember.",
        "至少 10 个字符；几个词连在一起更容易记住。",
    ),
    "password.again": Message("Password once more", "再次输入密码"),
    "password.differ": Message("The two passwords are not the same.", "两次输入的密码不一致。"),
    "sign_in.title": Message("Sign in", "登录"),
    "sign_in.go": Message("Sign in", "登录"),
    "sign_in.refused": Message("The name or the password is wrong.", "用户名或密码错误。"),
    "sign_in.wait": Message(
        "Too many failed attempts. Try again in {count} minutes.",
        "失败次数过多，请在 {count} 分钟后重试。",
        one="Too many failed attempts. Try again in a minute.",
    ),
    "sign_in.not_set_up": Message("There is no user yet", "还没有用户"),
    "sign_in.not_set_up.hint": Message(
        "Open the link that `keepwell serve` printed when it started.",
        "请打开 `keepwell serve` 启动时输出的链接。",
    ),
    "form.stale": Message(
        "This form was open for too long, or came from elsewhere. Please send it again.",
        "表单已过期或来自其他网站，请重新提交。",
    ),
    # The list
    "people.everybody": Message("All customers", "全部客户"),
    "people.segment": Message("Show", "显示"),
    "people.show": Message("Show", "显示"),
    "people.where": Message("and who meet this condition", "并满足以下条件"),
    "people.where.wrong": Message("This condition cannot be used", "条件有误"),
    "people.where.at": Message("line {line}, column {column}", "第 {line} 行，第 {column} 列"),
    "people.worth": Message("At stake", "涉及金额"),
    "people.as_of": Message("As of", "数据截至"),
    "people.run": Message("Last run", "最近运行"),
    "people.reasons": Message("Why", "原因"),
    "people.reason.many": Message("A customer may have several reasons.", "一位客户可能有多个原因。"),
    "people.who": Message("Customer", "客户"),
    "people.why": Message("Why", "原因"),
    "people.none": Message("Nobody is here", "没有客户"),
    "people.none.leaving": Message("Nobody is about to leave", "目前没有即将流失的客户"),
    "people.none.hint": Message(
        "No customer meets these conditions as of {moment}. Take one away, or look at all customers.",
        "截至 {moment}，没有客户满足这些条件。可以减少条件，或查看全部客户。",
    ),
    "people.no_segment": Message("The plan has no segment “{segment}”", "方案中没有分群“{segment}”"),
    "people.no_segment.hint": Message(
        "It may have been retired or renamed. Choose another one.", "它可能已停用或改名，请选择其他分群。"
    ),
    "people.column.rhythm_stage": Message("Rhythm", "节奏"),
    "people.column.purchase_last_on": Message("Last purchase", "最近购买"),
    "people.column.purchase_gap_days": Message("Usual gap", "通常间隔"),
    "people.column.purchase_overdue_days": Message("Overdue", "逾期"),
    "people.column.spend_365d": Message("Spend in a year", "近一年消费"),
    "people.sorted.up": Message("sorted, smallest first", "升序"),
    "people.sorted.down": Message("sorted, greatest first", "降序"),
    "search.title": Message("Customers found", "查找结果"),
    "search.none": Message("Nobody was found", "没有找到客户"),
    "search.none.hint": Message(
        "The search is exact: a whole phone number, e-mail, full name or ID, "
        "or the last four digits of a phone.",
        "查找为精确匹配：完整的电话、邮箱、姓名或编号，或电话的后四位。",
    ),
    # Before there is something to show
    "empty.no_plan": Message("No plan is published yet", "尚未发布方案"),
    "empty.no_plan.hint": Message(
        "Publish the plan folder with `keepwell push`, then come back.",
        "请用 `keepwell push` 发布方案文件夹，然后返回本页。",
    ),
    "empty.no_snapshot": Message("The plan has not run yet", "方案尚未运行"),
    "empty.no_snapshot.hint": Message(
        "A run reads the sources and computes every customer's figures.",
        "运行会读取数据源，并计算每位客户的指标。",
    ),
    "empty.running": Message("The first run is under way", "首次运行正在进行"),
    "empty.running.hint": Message(
        "You can leave this page; the run goes on.", "您可以离开本页，运行会继续。"
    ),
    # The customer
    "customer.memberships": Message("In these segments", "所在分群"),
    "customer.memberships.none": Message("In no segment", "不在任何分群中"),
    "customer.group.rhythm": Message("Rhythm and stage", "节奏与阶段"),
    "customer.group.orders": Message("Orders and spend", "订单与消费"),
    "customer.group.touch": Message("Interactions", "互动"),
    "customer.group.plan": Message("Defined by this plan", "本方案定义"),
    "customer.identity": Message("Identity", "身份"),
    "customer.identity.known_by": Message("known by", "来源"),
    "customer.identity.values": Message("Personal values, masked", "个人信息（已脱敏）"),
    "customer.identity.no_values": Message("no personal values kept", "未保存个人信息"),
    "customer.months": Message("Orders a month", "每月订单数"),
    "customer.months.fell": Message(
        "Orders fell from {before} to {now} in 90 days", "近 90 天订单数从 {before} 降至 {now}"
    ),
    "customer.months.rose": Message(
        "Orders rose from {before} to {now} in 90 days", "近 90 天订单数从 {before} 升至 {now}"
    ),
    "customer.months.same": Message(
        "{count} orders in 90 days, as many as before",
        "近 90 天订单数为 {count}，与之前持平",
        one="1 order in 90 days, as before",
    ),
    "customer.months.table": Message("As a table", "以表格显示"),
    "customer.months.month": Message("Month", "月份"),
    "customer.months.orders": Message("Orders", "订单数"),
    "customer.months.spend": Message("Value", "金额"),
    "customer.line": Message("Time line", "时间线"),
    "customer.line.earlier": Message("Earlier", "更早"),
    "customer.line.begin": Message("This is where it begins.", "这是最早的记录。"),
    "customer.line.none": Message("Nothing has happened yet.", "还没有记录。"),
    "customer.line.more": Message("{count} more values", "另有 {count} 项", one="1 more value"),
    "fact.order": Message("Order", "订单"),
    "fact.return": Message("Return", "退货"),
    "fact.order_line": Message("Order line", "订单行"),
    "fact.party": Message("Party", "身份标识"),
    "fact.interaction": Message("Interaction", "互动"),
    # Sources and quarantine
    "sources.title": Message("Data", "数据"),
    "sources.lead": Message(
        "What became of every row that was read. The parts add up to all rows.",
        "每一行读取数据的去向，各部分之和等于总行数。",
    ),
    "sources.none": Message("The plan has no source yet", "方案还没有数据源"),
    "sources.none.hint": Message(
        "Describe a file under sources/ in the plan folder and publish it.",
        "请在方案文件夹的 sources/ 下描述一个文件并发布。",
    ),
    "sources.rows": Message("Rows", "行数"),
    "sources.new": Message("New", "新增"),
    "sources.corrected": Message("Corrected", "更正"),
    "sources.unchanged": Message("Unchanged", "未变"),
    "sources.outdated": Message("Outdated", "过时"),
    "sources.duplicate": Message("Duplicate", "重复"),
    "sources.quarantined": Message("Quarantined", "隔离"),
    "sources.key_errors": Message("Errors in key fields", "关键字段错误率"),
    "sources.goal.kept": Message("within the goal of {goal}", "达标（目标 {goal}）"),
    "sources.goal.missed": Message("above the goal of {goal}", "未达标（目标 {goal}）"),
    "sources.last_fact": Message("Latest fact", "最新事实"),
    "sources.taken": Message("Last read", "最近读取"),
    "sources.inputs": Message("{count} inputs", "{count} 个输入", one="1 input"),
    "sources.unread": Message("not read yet", "尚未读取"),
    "sources.anonymous": Message("without a customer", "无客户"),
    "sources.late": Message("late", "迟到"),
    "sources.outlier": Message("far out", "离群"),
    "sources.waiting": Message("{count} rows wait", "{count} 行待处理", one="1 row waits"),
    "sources.waiting.none": Message("no row waits", "没有待处理的行"),
    "quarantine.title": Message("Rows in quarantine: {source}", "隔离的数据：{source}"),
    "quarantine.lead": Message(
        "Values are masked. To mend rows, use `keepwell quarantine`.",
        "值已脱敏。修正请使用 `keepwell quarantine` 命令。",
    ),
    "quarantine.reason": Message("Reason", "原因"),
    "quarantine.all": Message("All reasons", "全部原因"),
    "quarantine.input": Message("Input", "输入"),
    "quarantine.row": Message("Row", "行号"),
    "quarantine.problem": Message("What is wrong", "问题"),
    "quarantine.id": Message("ID", "编号"),
    "quarantine.none": Message("No row waits here", "没有待处理的行"),
    "quarantine.none.hint": Message(
        "Every row of this source was taken in or settled.", "该数据源的每一行都已接收或处理完毕。"
    ),
    # Runs
    "runs.title": Message("Runs", "运行"),
    "runs.now": Message("Run now", "立即运行"),
    "runs.under_way": Message("A run is under way", "正在运行"),
    "runs.waiting": Message("A run is waiting to begin", "运行等待开始"),
    "runs.again": Message("It is tried again at {moment}:", "将于 {moment} 重试："),
    "runs.leave": Message("You can leave this page; the run goes on.", "您可以离开本页，运行会继续。"),
    "runs.refresh": Message("Look again", "刷新"),
    "runs.every": Message("The plan runs by itself every {every}.", "方案每 {every} 自动运行一次。"),
    "runs.by_hand": Message(
        "The plan runs by hand only; `run_every` in keepwell.toml makes it run by itself.",
        "方案仅手动运行；在 keepwell.toml 中设置 `run_every` 可自动运行。",
    ),
    "runs.last": Message("Last run", "最近一次运行"),
    "runs.none": Message("No run yet from here", "这里还没有运行记录"),
    "runs.none.hint": Message(
        "Runs by the command line show here once `keepwell serve` carries them out.",
        "命令行触发的运行由 `keepwell serve` 执行后会显示在这里。",
    ),
    "runs.problems": Message(
        "{count} inputs could not be read", "{count} 个输入无法读取", one="1 input could not be read"
    ),
    "runs.history": Message("Earlier runs", "历史运行"),
    "runs.began": Message("Asked for", "请求时间"),
    "runs.ended": Message("Ended", "结束时间"),
    "runs.outcome": Message("Outcome", "结果"),
    "runs.done": Message("done", "完成"),
    "runs.done_with_problems": Message("done, with problems", "完成，但有问题"),
    "runs.up_to_date": Message("everything was up to date", "数据已是最新"),
    "runs.failed": Message("failed", "失败"),
    "runs.taken": Message("Taken in", "接收"),
    "runs.customers": Message("{count} customers", "{count} 位客户", one="1 customer"),
    "runs.newer_plan": Message(
        "Version {published} of the plan is published; these figures are from version {shown}. "
        "Run to bring them up to date.",
        "已发布方案第 {published} 版，当前数据来自第 {shown} 版，运行后即可更新。",
    ),
    # Errors
    "error.title": Message("This did not work", "操作未成功"),
    "error.not_found": Message("There is nothing here", "这里什么也没有"),
    "error.not_found.hint": Message(
        "The address may be mistyped, or what it named is gone.", "地址可能有误，或内容已不存在。"
    ),
    "error.forbidden": Message("You may not see this", "您无权查看"),
    "error.too_large": Message("That is too much at once", "提交的内容过大"),
    "error.unavailable": Message("Something is out of reach at the moment", "暂时无法访问"),
    "error.unavailable.hint": Message("Try again in a moment.", "请稍后重试。"),
    "error.unexpected": Message("Something went wrong on our side", "系统出错"),
    "error.unexpected.hint": Message(
        "The log has the details under the number {request_id}.", "详情已记入日志，编号为 {request_id}。"
    ),
    "error.details": Message("Details (in English)", "详情（英文）"),
    "error.home": Message("To the list of customers", "返回客户列表"),
    # Standard columns of facts
    "column.order_id": Message("order", "订单号"),
    "column.product_id": Message("product", "商品"),
    "column.category": Message("category", "品类"),
    "column.quantity": Message("quantity", "数量"),
    "column.discount": Message("discount", "折扣"),
    "column.status": Message("status", "状态"),
    "column.channel": Message("channel", "渠道"),
    "column.store": Message("store", "门店"),
    "column.type": Message("type", "类型"),
    "column.lines": Message("lines", "行数"),
    # Units
    "unit.days": Message("days", "天"),
    "unit.times": Message("times", "次"),
    "unit.items": Message("items", "项"),
    "unit.ratio": Message("times", "倍"),
    "kind.phone": Message("phone", "电话"),
    "kind.email": Message("e-mail", "邮箱"),
    "kind.name": Message("name", "姓名"),
    "kind.national_id": Message("national ID", "身份证号"),
    "kind.other": Message("other", "其他"),
}

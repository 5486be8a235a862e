"""Tables as departments send them, filled with invented companies."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

AGENCY = "11630000015000185Y"
PERSON = "639900199003070115"
PENALTY = {
    "CF_XDR_MC": "虚构公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": "916301007105500078",
    "CF_WSH": "虚市监罚〔2026〕1号",
    "CF_WFXW": "广告",
    "CF_SY": "发布虚假广告",
    "CF_YJ": "广告法第五十五条",
    "CF_CFLB": "罚款",
    "CF_NR": "罚款二万元",
    "CF_NR_FK": "2",
    "CF_JDRQ": "2026-02-24",
    "CF_GSJZQ": "2027-02-24",
    "CF_CFJG": "虚构市市场监督管理局",
    "CF_CFJGDM": AGENCY,
    "CF_SJLY": "虚构市",
    "CF_SJLYDM": AGENCY,
}
PENALTY_2016 = {
    "CF_WSH": "虚市监罚〔2017〕1号",
    "CF_CFMC": "虚假广告案",
    "CF_CFLB1": "罚款",
    "CF_CFLB2": "警告",
    "CF_SY": "发布虚假广告",
    "CF_YJ": "广告法第五十五条",
    "CF_XDR_MC": "虚构公司",
    "CF_XDR_SHXYM": "916301007105500078",
    "CF_JG": "罚款二万元",
    "CF_JDRQ": "2017-03-01",
    "CF_GSJZQ": "2099-01-31",
    "CF_XZJG": "虚构市工商局",
    "CF_ZT": "0",
    "CF_SXYZCD": "3",
    "DFBM": "630100",
    "SJC": "2017-03-02",
}
LICENCE = {
    "XK_XDR_MC": "虚构公司",
    "XK_XDR_LB": "法人及非法人组织",
    "XK_XDR_SHXYM": "916301007105500078",
    "XK_XKWS": "食品经营许可决定书",
    "XK_WSH": "虚食许〔2026〕1号",
    "XK_XKLB": "01普通",
    "XK_XKZS": "食品经营许可证",
    "XK_XKBH": "JY16301000000001",
    "XK_NR": "预包装食品销售",
    "XK_JDRQ": "2026-02-24",
    "XK_YXQZ": "2026-02-24",
    "XK_YXQZI": "2099/12/31",
    "XK_XKJG": "虚构市市场监督管理局",
    "XK_XKJGDM": AGENCY,
    "XK_ZT": "1",
    "XK_LYDW": "虚构市",
    "XK_LYDWDM": AGENCY,
}
LICENCE_2016 = {
    "XK_WSH": "空",
    "XK_XMMC": "开办商店",
    "XK_SPLB": "普通",
    "XK_NR": "开办商店",
    "XK_XDR": "虚构公司",
    "XK_XDR_SHXYM": "916301007105500078",
    "XK_JDRQ": "2017-03-01",
    "XK_JZQ": "2020-03-01",
    "XK_XZJG": "虚构市工商局",
    "XK_ZT": "0",
    "DFBM": "630100",
    "SJC": "2017-03-02",
}
DEFAULTER = {
    "iname": "虚构公司",
    "cardNum": "916301007105500078",
    "caseCode": "（2026）虚0101执1号",
    "courtName": "虚构市人民法院",
    "gistId": "（2025）虚0101民初1号",
    "regDate": "20260105",
    "duty": "支付货款",
    "performance": "全部未履行",
    "disruptTypeName": "有履行能力而拒不履行生效法律文书确定义务",
    "publishDate": "2026年02月24日",
}
PROCUREMENT = {
    "机构名称": "虚构公司",
    "统一社会信用代码(或组织机构代码)": "916301007105500078",
    "不良行为的具体情形": "提供虚假材料谋取中标",
    "处罚依据": "政府采购法第七十七条",
    "处罚结果": "禁止参加政府采购活动一年",
    "记录日期": "2026-02-24",
    "处罚截止日期": "2027-02-23",
    "执法单位": "虚构市财政局",
}
TAX = {
    "纳税人名称": "虚构公司",
    "纳税人识别号": "916301007105500078",
    "案件上报期": "2026年1季度",
    "案件性质": "虚开发票",
    "主要违法事实": "虚开发票十份",
    "法律依据及处理处罚": "税收征收管理法",
    "公布日期": "2026-02-24",
    "公布机关": "虚构市税务局",
}
WAGES = {
    "对象名称": "虚构公司",
    "统一社会信用代码": "916301007105500078",
    "列入时间": "2026-02-24",
    "预计退出日期": "2029-02-23",
    "法定代表人": "虚构某",
    "证件号码": PERSON,
    "发布机关": "虚构市人力资源和社会保障局",
    "文书号": "虚人社列〔2026〕1号",
    "列入事由": "克扣、无故拖欠农民工工资",
    "列入依据": "保障农民工工资支付条例第四十八条",
}
SAFETY = {
    "单位名称": "虚构公司",
    "注册号": "",
    "统一社会信用代码": "916301007105500078",
    "失信行为简况": "发生事故",
    "信息报送机关": "虚构市应急管理局",
    "纳入理由": "安全生产法第七十八条",
    "纳入日期": "2026-02-24",
    "管理期限至": "2029-02-23",
}
ABNORMAL = {
    "企业名称": "虚构公司",
    "统一社会信用代码": "916301007105500078",
    "列入日期": "2026-02-24",
    "列入原因": "未按期公示年报",
    "列入机关": "虚构市市场监督管理局",
    "移出日期": "",
    "移出原因": "",
    "移出机关": "",
}
ROWS: Mapping[str, Mapping[str, str]] = {
    "penalty-2018": PENALTY,
    "penalty-2016": PENALTY_2016,
    "licence-2018": LICENCE,
    "licence-2016": LICENCE_2016,
    "judgment-defaulter": DEFAULTER,
    "procurement-serious": PROCUREMENT,
    "major-tax-violation": TAX,
    "wage-arrears": WAGES,
    "work-safety-serious": SAFETY,
    "abnormal-operation": ABNORMAL,
}


def write_csv(path: Path, rows: Sequence[Mapping[str, str]], *, encoding: str = "utf-8") -> Path:
    """The rows as CSV, under the columns of all of them."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, fieldnames=columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """The rows as XLSX, under the columns of the first."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)
    return path

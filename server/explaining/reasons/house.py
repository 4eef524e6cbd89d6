"""Chinese for the refusals of the record, real names, certificates, and the server."""

from collections.abc import Mapping
from typing import Final

HOUSE: Final[Mapping[str, str]] = {
    "attempts_exhausted": "对此人或此号码的核验次数太多，没有询问登记机关",
    "ca_changed": "记录在读取之后已经改变",
    "ca_known": "其中一张证书已经登记",
    "ca_list_unavailable": "没有已签名的名单，或最近一份已过期，因此一律拒绝",
    "ca_nothing_to_confirm": "提议所确认的暂停并不存在或不在等待",
    "ca_proposal_unknown": "没有这个提议",
    "ca_unknown": "没有这个认证机构",
    "certificate_refused": "证书、其路径，或用其密钥签的内容不成立",
    "certificate_revoked": "其中一张证书在签发者的吊销列表上",
    "defect": "程序出现了没有规则预见的错误，属于缺陷",
    "event_unknown": "没有这个事件，或已被清除",
    "head_not_ours": "保存的日志边缘与最后签名的根不符，不再签名",
    "log_empty": "还没有发布过检查点",
    "log_forked": "日志的头不是我们接续的那一个：另有人追加",
    "no_path": "从证书没有通往名单上认证机构的路径",
    "not_listening": "对外端口还没有开始接受连接",
    "not_yet_logged": "事件已经保存但还没有进入日志，下一个检查点会包括它",
    "nothing_traced": "没有事件带有这个参考编号：在流程之前被拒绝、太旧或未入日志",
    "number_of_another": "证件上的号码登记在另一人名下",
    "own_proofing": "不能录入或审核自己的核验",
    "path_refused": "路径存在，但其中一张证书违反 RFC 5280 的规则",
    "receipt_unknown": "请求者没有这个回执的核验",
    "register_unavailable": "登记机关没有应答或应答不可用，没有作出任何决定",
    "revocation_unknown": "认证机构发布吊销列表，而这里没有最新的一份",
    "route_without_shape": "接口的某个地址没有说明读写什么",
    "schema_not_current": "数据库的结构版本与程序不一致",
    "signature_refused": "内容不是用证书的密钥签的",
    "tile_unknown": "日志没有这个块，或没有那么宽",
    "trail_overloaded": "等待保存的事件太多，操作被拒绝",
    "window_record_unknown": "没有这个窗口核验记录",
}

package demo

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/plan"
)

// others are the brands that do not count today.
var others = []declaration{
	{at: "330109003", Content: brand.Content{
		Name: "楼上楼下", Slogan: "楼上有呼，楼下有应", Field: brand.Community, HostOrganization: "蜀山街道示例新苑社区党支部",
	}, fate: fate{state: brand.Draft}},
	{at: "330109014", Content: brand.Content{
		Name: "红色引擎加油站", Slogan: "为企业加油，为职工鼓劲", Field: brand.NonPublicEnterprise, HostOrganization: "新街街道示例装备有限公司党支部", CreditCode: "91330109MA0000191",
		Meaning:   "党支部当好“加油站”，给生产经营添动力，给职工成长添信心。",
		Carrier:   "厂区党群服务站。",
		Practices: "一是每月一次“加油课堂”，车间党小组轮流出题，请技术骨干讲、请班组长评。二是党员骨干与新员工结对，半年考评一次。三是每季度征集合理化建议，采纳的当月兑现奖励。",
		Results:   "结对新员工58名，一年留用率由76%提高到91%；征集合理化建议123条，采纳47条。",
	}, fate: fate{state: brand.Draft, first: "结对新员工58名；征集合理化建议123条。"}},
	{at: "330109004", Content: brand.Content{
		Name: "银龄守望队", Slogan: "年轻人出门放心，老年人在家安心", Field: brand.Village, HostOrganization: "新塘街道示例河西村党总支",
		Meaning:   "退休党员和热心村民组队，白天看望独居老人，晚上巡查村口巷尾，做到老有所助、老有所为。",
		Carrier:   "村居家养老服务站、银龄值班岗。",
		Practices: "一是一人联三户。每名队员联系三户独居、空巢老人，每天一个电话、每周一次上门。二是一哨看一片。全村设5个银龄值班岗，晚间两人一组巡查用火用电。三是一月一评比。队员服务时长折算积分，可兑换理发、助餐等服务。",
		Results:   "队员62名，联系老人181户；发现并消除用火用电隐患94处；及时送医12人次。",
	}, fate: fate{state: brand.Submitted}},
	{at: "330109104", Content: brand.Content{
		Name: "青梅田间党课", Slogan: "青梅树下学政策，车间门口话增收", Field: brand.Village, HostOrganization: "进化镇示例青梅村党总支",
		Meaning:   "以青梅种植户为对象，党课从种讲到卖，党员学在前、干在前，带着农户把一颗青梅做成一条产业链。",
		Carrier:   "青梅园课堂、青梅加工坊。",
		Practices: "一是跟着产业走。花期讲管护，采摘期讲收购政策，加工期讲食品安全。二是请企业上课。收购和加工企业的党员到园里讲标准、签订单。三是学完就干。每课认领一件增收实事，下一课通报进展。",
		Results:   "开课31场，种植户1100余人次参加；签订收购订单76份；青梅损耗率由18%降到9%。",
	}, fate: fate{state: brand.Submitted,
		explained: "与临浦镇“田间党课”不是同一品牌：创建单位不同；本品牌以青梅种植户为对象，内容以加工和销售为主。名称已与临浦镇示例田畈村党委沟通，对方无异议。"}},
	{at: "330109103", Content: brand.Content{
		Name: "古村新语", Slogan: "古村讲新语，祠堂话新风", Field: brand.Village, HostOrganization: "浦阳镇示例古村党支部",
		Meaning:   "用身边人讲身边事，让老祠堂成为移风易俗的新课堂。",
		Carrier:   "村文化礼堂（老祠堂）。",
		Practices: "组织党员在老祠堂开展移风易俗宣讲，发放倡议书三百份。",
		Results:   "村民反响良好，社会风气明显好转。",
	}, fate: fate{state: brand.Returned,
		reason: "“主要做法”只写了一次宣讲，看不出固定的机制；“工作成效”没有可以核实的数据。请补充活动频次、参加人数，以及婚丧事从简、红白理事会运行等具体变化，再重新申报。"}},
	{at: "330109102", Content: brand.Content{
		Name: "初心一日行", Slogan: "走一段山路，忆一次初心", Field: brand.Community, HostOrganization: "戴村镇示例镇东社区党支部",
		Meaning:   "组织党员走出会议室，在一天的行程中重温入党誓词、参观乡村建设。",
		Carrier:   "山区步道、镇党群服务中心。",
		Practices: "组织社区党员46人开展“初心一日行”活动，沿步道行走6公里，途中重温入党誓词，参观两个村的环境整治现场。",
		Results:   "参加党员46人，撰写心得28篇。",
	}, fate: fate{state: brand.Rejected,
		reason: "申报的是一次性的参观活动，没有固定的队伍和制度，不符合“有载体、有机制、有成效、可推广”的条件，不予认定。建议先作为主题党日项目培育。"}},
	{at: "330109014", Content: brand.Content{
		Name: "花木共富联盟", Slogan: "联村联户联市场，同种同销同增收", Field: brand.Village, HostOrganization: "新街街道示例花木村党委",
		Meaning:   "花木产区村村相邻、品种相近。党委牵头把相邻几个村的支部、合作社和大户联起来，由各卖各的变为一起闯市场。",
		Carrier:   "花木共富联盟服务站、线上苗木台账。",
		Practices: "一是支部联建。5个村党组织签订联建协议，每月轮值会商。二是苗木联销。统一登记库存，统一对接工程订单，按登记顺序供苗。三是技术联帮。党员技术员分片包户，病虫害一小时内响应。",
		Results:   "入盟农户326户，登记苗木210万株；联销订单1800万元，户均增收1.2万元；上门技术服务540次。",
	}, fate: fate{state: brand.Publicized}},
	{at: "330109005", Content: brand.Content{
		Name: "空港红翼", Slogan: "红翼领航，货畅人安", Field: brand.NonPublicEnterprise, HostOrganization: "靖江街道示例物流有限公司党支部", CreditCode: "91330109MA0000251",
		Meaning:   "企业临空港而兴，党员像双翼一样，一翼托起发展，一翼护住安全。",
		Carrier:   "货站党员先锋班、司机之家。",
		Practices: "一是先锋班带班。夜间和节假日高峰由党员先锋班带班，当班问题当班清。二是安全岗联查。每周由党员安全员与承运司机互查车辆、货物。三是司机之家暖心。提供休息、热餐和调解服务，流动党员司机可就地参加组织生活。",
		Results:   "高峰时段货物平均滞留时间由5.5小时降到3小时；查改车辆隐患268处；司机之家服务1.4万人次，接纳流动党员22名参加组织生活。",
	}, fate: fate{state: brand.Publicized, shown: true}},
	{at: "330109115", Content: brand.Content{
		Name: "菜篮子先锋", Slogan: "党员种好放心菜，支部拎稳菜篮子", Field: brand.Village, HostOrganization: "益农镇示例蔬菜村党支部",
		Meaning:   "党员菜农带头种放心菜，支部把好质量关，让市民的“菜篮子”拎得安心。",
		Carrier:   "党员示范大棚、田头检测点。",
		Practices: "一是党员示范棚公开用药记录。二是田头检测点逐批抽检，结果张榜。三是与社区结对，每周两次直供。",
		Results:   "示范大棚41个，抽检合格率99.2%；结对社区7个，直供蔬菜320吨。",
	}, fate: fate{state: brand.Revoked, awards: []award{to(plan.BrandDistrict, .08)}, gone: .62,
		reason: "村级组织调整后党支部撤并，两处服务点停用，连续一年没有开展活动，经复核不再符合条件，予以撤销。"}},
}

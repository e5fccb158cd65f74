package demo

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/plan"
)

// to is a recognition without end that still holds.
func to(l plan.BrandLevel, when float64) award { return award{level: l, when: when} }

// valid is a recognition of three years that still holds.
func valid(l plan.BrandLevel, when float64) award { return award{level: l, when: when, months: 36} }

// recognized is the fate of a brand that was recognized and is still.
func recognized(all ...award) fate { return fate{state: brand.Recognized, awards: all} }

// with returns the fate with some more said.
func (f fate) with(more func(*fate)) fate {
	more(&f)
	return f
}

// counting are the brands that count today: twelve of the district, four of the city, one of the province.
var counting = []declaration{
	{at: "330109002", Content: brand.Content{
		Name: "红色引擎", Slogan: "楼道事大家议，邻里事大家办", Field: brand.Community, HostOrganization: "北干街道示例北苑社区党委",
		Meaning:   "把党组织建到楼道，党员当议事召集人，以党建“引擎”带动居民从“站着看”变成“一起干”，小事不出楼道，难事不出社区。",
		Carrier:   "社区党群服务中心“议事长廊”、12个楼道议事角、楼道线上议事群。",
		Practices: "一是建组织。以楼道为单元设46个党小组，在册党员和到社区报到的在职党员一并编入。二是定规则。每月10日晚召开楼道议事会，按“提、议、办、评”四步走，议题提前三天张贴，结果公示七天。三是强联动。楼道办不了的由社区“吹哨”，街道站所五个工作日内答复。",
		Results:   "两年来议事318件，办结297件，其余逐件说明原因；协商加装电梯21台，整治老旧楼道64个，小区物业费收缴率由71%提高到93%。",
	}, fate: recognized(to(plan.BrandDistrict, .02), valid(plan.BrandCity, .30), to(plan.BrandProvince, .72)).with(func(f *fate) { f.logo = &wheel })},
	{at: "330109002", Content: brand.Content{
		Name: "e企红", Slogan: "楼上楼下一家亲，企业发展一条心", Field: brand.NonPublicEnterprise, HostOrganization: "北干街道示例商务楼宇联合党委",
		Meaning:   "“e”既指数字化，也取“一”的谐音：一幢楼就是一个党组织、一个服务平台，用党建把楼里的企业连起来。",
		Carrier:   "楼宇党群服务驿站、“e企红”线上服务台。",
		Practices: "一是“双找”。党员找组织、组织找党员，每季度逐层排摸入驻企业和流动党员。二是“三单”。企业列需求清单，支部列资源清单，街道列项目清单，每月在服务台公布办理进度。三是“四联”。组织联建、人才联育、文化联办、难题联解。",
		Results:   "楼内86家企业，19家单独建立党组织，其余由4个联合党支部覆盖；找到流动党员37名，全部编入支部；办理企业需求152件，按期办结149件。",
	}, fate: recognized(to(plan.BrandDistrict, .20), valid(plan.BrandCity, .66))},
	{at: "330109002", Content: brand.Content{
		Name: "暖蜂驿站", Slogan: "为奔跑的你留一盏灯", Field: brand.NewEmployment, HostOrganization: "北干街道示例新业态综合党支部",
		Meaning:   "快递员、外卖骑手像蜜蜂一样穿梭在城市里。驿站让他们累了能歇脚、渴了能喝水、难了有人帮，也请他们做社区的“流动网格员”。",
		Carrier:   "8个“暖蜂驿站”、“蜂小哥”积分超市。",
		Practices: "一是暖心。驿站全天提供饮水、充电和应急药品，每月一次义诊和法律咨询。二是聚心。会同各站点排摸党员，组织生活错开送餐高峰，放在晚上九点以后。三是连心。骑手随手拍下楼道堆物、电动车违停等隐患，核实后换积分，积分可换体检和子女暑托班名额。",
		Results:   "经常联系快递员、外卖骑手1200余人，找到党员43名并全部纳入管理；骑手上报隐患865条，核实处置811条；暑托班惠及子女96人次。",
	}, fate: recognized(to(plan.BrandDistrict, .34), valid(plan.BrandCity, .80)).with(func(f *fate) { f.logo = &comb })},
	{at: "330109001", Content: brand.Content{
		Name: "老街红邻", Slogan: "老街坊有情，新邻里有义", Field: brand.Community, HostOrganization: "城厢街道示例老街社区党委",
		Meaning:   "辖区老旧小区多、老年人多、租户多。社区党委以“红邻”为纽带，把老党员的威望和新居民的活力合在一起，共管一条街。",
		Carrier:   "“红邻客厅”、百米邻里长廊。",
		Practices: "一是老党员包墙门。每名老党员联系五户独居老人，每周敲一次门。二是新租户入邻里。流动党员到社区报到即编入邻里党小组，参加议事、享有表决权。三是一街一公约。商户、居民、租户共同议定老街公约，每季度评议一次。",
		Results:   "结对独居老人213名；公约执行一年，占道经营投诉由每月40余件降到15件左右；自发成立邻里互助队9支。",
	}, fate: recognized(to(plan.BrandDistrict, .06))},
	{at: "330109001", Content: brand.Content{
		Name: "益路同行", Slogan: "党旗所指，公益所向", Field: brand.SocialOrganization, HostOrganization: "城厢街道示例社会组织服务中心联合党支部", CreditCode: "52330109MJ0000051",
		Meaning:   "把分散的社会组织聚到党组织周围，公益项目跟着群众需求走，资金、队伍、场地在一张图上调度。",
		Carrier:   "社会组织党群服务中心、公益集市。",
		Practices: "一是孵化同步。社会组织入驻时，同步排摸党员、同步组建党组织、同步开展活动。二是项目认领。每年三月社区提出需求，社会组织党组织认领，六月中期评估，十二月公开评议。三是双向培养。把业务骨干培养成党员，把党员负责人培养成支部书记。",
		Results:   "入驻社会组织48家，单独或联合建立党组织的31家；两年认领公益项目126个，结项119个，受益群众两万余人次。",
	}, fate: recognized(to(plan.BrandDistrict, .28)).with(func(f *fate) {
		f.first = "入驻社会组织四十余家，每年开展公益项目几十个，受益群众众多。"
		f.returned = "“工作成效”只有概数，请补充入驻家数、建立党组织家数和项目结项数后重新申报。"
	})},
	{at: "330109", Content: brand.Content{
		Name: "红医先锋", Slogan: "把党徽戴在胸前，把病人放在心上", Field: brand.Hospital, HostOrganization: "萧山区示例医院党委", CreditCode: "12330109MB0000061",
		Meaning:   "党支部建在科室，党员亮身份、亮承诺、亮评价，让群众看病更方便、更放心。",
		Carrier:   "门诊“红医先锋岗”、流动医疗车、健康课堂。",
		Practices: "一是岗位前移。导诊、收费、取药等窗口设先锋岗，由各科室党员轮值，群众扫码评价。二是支部结对。18个党支部与镇街卫生院结对，每月下沉坐诊两次。三是带头改流程。每季度评选一个“群众最烦的环节”，由支部认领整改，结果在门诊大厅公布。",
		Results:   "门诊平均候诊时间由46分钟降到28分钟；下沉坐诊640场，服务群众3.1万人次；整改就医环节15个。",
	}, fate: recognized(to(plan.BrandDistrict, .24), valid(plan.BrandCity, .58)).with(func(f *fate) { f.logo = &heart })},
	{at: "330109003", Content: brand.Content{
		Name: "红烛领航", Slogan: "以红烛之光，照育人之路", Field: brand.School, HostOrganization: "蜀山街道示例实验学校党总支", CreditCode: "12330109MB0000071",
		Meaning:   "“红烛”喻教师。党总支把师德师风建设同课堂教学结合起来，党员教师走在前，带动全体教师做学生成长的领路人。",
		Carrier:   "红烛工作室、“家校夜谈”、校外思政实践点。",
		Practices: "一是青蓝结对。每名党员骨干教师带一名青年教师，每学期互相听课不少于十节。二是家校夜谈。每月一个周五晚上，党员教师分赴各社区与家长面对面。三是思政课走出去。与周边村、社区共建实践点，学生每学期至少参加一次。",
		Results:   "结对青年教师34名，其中11名成长为校级以上骨干；家校夜谈52场，收到意见187条，逐条答复；建成校外实践点6个。",
	}, fate: recognized(to(plan.BrandDistrict, .42))},
	{at: "330109105", Content: brand.Content{
		Name: "田间党课", Slogan: "党课开在田埂上，服务送到地头边", Field: brand.Village, HostOrganization: "临浦镇示例田畈村党委",
		Meaning:   "农忙时节党员聚不齐、坐不住。村党委把党课搬到田头，讲政策、教农技、议村事，让党员听得懂、用得上。",
		Carrier:   "3处田头课堂、“农技党员”讲师队。",
		Practices: "一是课随农时。按育秧、插秧、收割安排党课，每课不超过四十分钟，一半讲政策、一半教农技。二是讲师就地选。种粮大户、农机手、返乡大学生党员轮流上讲台。三是课后即议。党课结束当场议一件村事，能办的当场明确责任人和时限。",
		Results:   "两年开课68场，2900余人次听课；当场议事61件，办结58件；带动37户参加水稻统种统收，亩均节约成本110元。",
	}, fate: recognized(to(plan.BrandDistrict, .10), valid(plan.BrandCity, .48))},
	{at: "330109102", Content: brand.Content{
		Name: "背篓支部", Slogan: "一只背篓进山去，一捧民情带回来", Field: brand.Village, HostOrganization: "戴村镇示例山前村党支部",
		Meaning:   "山村住得散、老人多。党员背上背篓进山入户，送去药品和代办件，带回村民的烦心事。",
		Carrier:   "12只“先锋背篓”、村级代办点。",
		Practices: "一是定人定线。全村分6条线路，每条线路两名党员，每周三进山。二是一单到底。代买药品、代缴费用、代办证件，逐件登记，七日内办结。三是民情上墙。带回的问题当晚在支部会上分派，办理情况张榜公布。",
		Results:   "服务独居和高龄老人84户，代办1320件；收集民情236条，办结221条，其余15条列入下一年计划并向村民说明。",
	}, fate: recognized(to(plan.BrandDistrict, .50)).with(func(f *fate) {
		f.first = "已进山服务两次，受到村民欢迎。"
		f.rejected = "代办制度刚刚建立，进山服务只开展了两次，成效有待检验，本批次不予认定。形成稳定机制后可以重新申报。"
	})},
	{at: "330109113", Content: brand.Content{
		Name: "智造红匠", Slogan: "党员带头钻技术，支部领着攻难关", Field: brand.NonPublicEnterprise, HostOrganization: "瓜沥镇示例机械有限公司党支部", CreditCode: "91330109MA0000101",
		Meaning:   "攻关组建在生产线上，党员工匠带徒弟、破难题，使“红匠”成为车间里最硬的招牌。",
		Carrier:   "红匠工作室、党员示范机台。",
		Practices: "一是揭榜。每季度公布技术难题榜，党员牵头揭榜，逾期未完成的说明原因。二是带徒。一名党员工匠带三名徒弟，签订师徒协议，一年一考评。三是共享。攻关成果在全厂推广，按贡献奖励。",
		Results:   "揭榜43项，完成38项，节约成本460万元；26名徒弟取得高级工证书，其中8人递交入党申请书。",
	}, fate: recognized(to(plan.BrandDistrict, .14), award{level: plan.BrandCity, when: .36, months: 36, gone: .66,
		reason: "市级复核未通过：连续三个季度没有公布难题榜，揭榜攻关中断。示例市委组织部发文不再保留市级命名；区级命名保留，限期整改。"})},
	{at: "330109113", Content: brand.Content{
		Name: "小哥议事厅", Slogan: "小哥有话说，支部有回音", Field: brand.NewEmployment, HostOrganization: "瓜沥镇示例网约配送行业党支部",
		Meaning:   "把快递、外卖、网约车从业人员请进议事厅，听得见他们的难处，也用得上他们的本事。",
		Carrier:   "镇党群服务中心议事厅、5处“小哥之家”。",
		Practices: "一是每月一议。每月最后一个周一上午，小哥代表、平台站点、交警、物业同桌议事。二是一事一办。议定事项由镇里指定牵头单位，十个工作日内回复。三是一队一长。按特长编成救护、消防、反诈三支志愿队，队长由党员骑手担任。",
		Results:   "议事26次，解决小区进门难、换电难等问题41件；协调增设临时停车位120个；志愿队参与应急救助17次。",
	}, fate: recognized(to(plan.BrandDistrict, .64))},
	{at: "330109015", Content: brand.Content{
		Name: "红色班组", Slogan: "支部建在项目上，党员站在工序前", Field: brand.StateEnterprise, HostOrganization: "示例城建集团盈丰项目部临时党支部", CreditCode: "91330109MA0000121",
		Meaning:   "把组织建到最小的施工班组，让每道关键工序都有党员在场，质量和安全都有人负责到底。",
		Carrier:   "项目部党员活动室、班组“红色微课堂”、党员责任区公示牌。",
		Practices: "一是班组建小组。参建单位党员统一编入临时党支部，按作业面设9个党小组。二是工序设岗。深基坑、高支模等关键工序设党员责任岗，班前讲安全、班中查隐患、班后作点评。三是工友有家。开办工地夜校，设亲情热线和探亲房，每月兑现一次“工友心愿”。",
		Results:   "排查整改隐患730处，开工以来未发生生产安全责任事故；提出工法改进12项，缩短工期46天；工地夜校开课58期，工友参加2400余人次。",
	}, fate: recognized(to(plan.BrandDistrict, .78))},
	{at: "330109013", Content: brand.Content{
		Name: "窗口红", Slogan: "一窗一初心，事事有回应", Field: brand.GovernmentOffice, HostOrganization: "宁围街道示例便民服务中心党支部",
		Meaning:   "窗口是群众看党员作风的第一眼。党员站到窗口第一排，把“能不能办”变成“怎么帮您办”。",
		Carrier:   "街道便民服务大厅党员示范窗口、“办不成事”反映窗口。",
		Practices: "一是首问到底。党员窗口接件后全程跟踪，不让群众跑第二趟。二是难事兜底。在其他窗口没有办成的事，由值班党员当场登记，三个工作日内答复。三是上门帮办。每周四到村、社区和企业园区流动办理。",
		Results:   "示范窗口年均办件2.6万件，即办率由62%提高到88%；“办不成事”窗口登记194件，办成171件，其余逐件说明政策依据；流动办理132场次。",
	}, fate: recognized(to(plan.BrandDistrict, .56))},
	{at: "330109004", Content: brand.Content{
		Name: "羽你同行", Slogan: "红羽聚力，抱团前行", Field: brand.SocialOrganization, HostOrganization: "新塘街道示例羽绒行业协会党支部", CreditCode: "51330109MJ0000141",
		Meaning:   "“羽”指羽绒产业，也与“与”同音。协会党支部把同行变同伴，以党建带行业自律、带质量提升、带抱团发展。",
		Carrier:   "行业党建联盟、共享检测室、“羽上茶叙”。",
		Practices: "一是支部连在产业链上。会员企业党组织按原料、加工、成衣三段结成联盟，每季度联席一次。二是党员企业带头承诺。公开质量、环保、用工三项承诺，互查互评。三是资源共享。检测设备、设计师、直播间向中小企业开放，按成本收费。",
		Results:   "联盟企业67家，其中38家建立党组织；互查发现问题205个，整改完成198个，其余限期整改；共享检测为中小企业节省费用约150万元。",
	}, fate: recognized(to(plan.BrandDistrict, .70))},
	{at: "330109106", Content: brand.Content{
		Name: "红帆护江", Slogan: "红帆一面，清水一江", Field: brand.Village, HostOrganization: "义桥镇示例江畔村党总支",
		Meaning:   "村在江边，生计靠江，安全也靠江。党总支以一面“红帆”聚起党员、船工和钓友，守住堤岸，护好江水。",
		Carrier:   "护江党员驿站、3条巡护船、江堤责任段。",
		Practices: "一是分段包干。江堤分成14段，党员挂牌认领，汛期每日两巡，平时每周一巡。二是船岸联动。船工、钓友编入护江队，发现倾倒、漂浮物和险情随手上报。三是以练代训。每年入梅前组织一次抢险演练。",
		Results:   "累计巡护9800公里，上报并处置问题412件；汛期提前转移群众两批86人，无人员伤亡；江面漂浮物清运量下降四成。",
	}, fate: recognized(to(plan.BrandDistrict, .04), award{level: plan.BrandCity, when: .12, months: 24, ended: true})},
	{at: "330109107", Content: brand.Content{
		Name: "梅园共富坊", Slogan: "支部搭台，梅农增收", Field: brand.Village, HostOrganization: "所前镇示例梅园村党总支",
		Meaning:   "把“共富工坊”办到杨梅园边，让留守妇女和老人在家门口有活干、有钱挣。",
		Carrier:   "杨梅共富工坊、电商直播间、冷链分拣点。",
		Practices: "一是支部牵头。村集体、合作社、电商企业签订三方协议，统一品牌、统一分拣、统一销售。二是党员带户。每名党员联系三户农户，教采摘、教包装、教直播。三是收益公开。工坊账目每季度公示，盈余按比例提留作帮扶金。",
		Results:   "带动153户，户均年增收8600元；吸纳就近务工74人；村集体年增收52万元；发放帮扶金11.4万元。",
	}, fate: recognized(to(plan.BrandDistrict, .88))},
	{at: "330109012", Content: brand.Content{
		Name: "江边夜话", Slogan: "晚风里拉家常，灯光下解难题", Field: brand.Community, HostOrganization: "闻堰街道示例江湾社区党委",
		Meaning:   "居民白天上班，晚上才碰得到人。社区党委把办公桌搬到江边步道，趁居民饭后散步，听真话、办实事。",
		Carrier:   "江边步道“夜话亭”、夜话记录本、线上回音壁。",
		Practices: "一是固定时间。每周二、周四晚七点到八点半，社区两委成员和党员楼长轮流到亭值守。二是当场记、当周回。问题登记编号，一周内在回音壁公布办理情况。三是带着部门来。每月请一个部门或物业、水电气单位到场面对面答复。",
		Results:   "开展夜话196场，登记诉求1043件，办结974件，其余列入跟踪清单；推动解决夜间停车、步道照明等共性问题16项。",
	}, fate: recognized(to(plan.BrandDistrict, 0)).with(func(f *fate) { f.due = true })},
}

package city

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// party is whom a case is about.
type party struct {
	kind, name, code, representative, address, phone string
}

var (
	surnames = []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭金陆孔白崔康毛邱秦江史顾侯邵孟")
	givens   = strings.Fields(`建华 志强 晓明 丽萍 文斌 海燕 国平 雪梅 俊杰 慧敏 伟民 静怡 永康 佳琪 振东 春兰 明辉 美玲 子豪 玉珍 立新 思远 红英 家宁 卫东 欣然 长青 秀芳 宏伟 雨晴 正阳 爱华
		磊 敏 强 洋 勇 艳 军 杰 娟 涛 明 超 霞 平 刚 桂英 梓涵 浩然 诗雨 一鸣 国强 秀珍 建国 小红 文静 志明 海峰 丽娜 晓东 雅琴`)
	trades  = strings.Fields(`餐饮管理 食品 水果 便利店 建筑工程 装饰工程 物业管理 广告 环卫服务 渣土运输 房地产经纪 汽车服务 美容美发 教育培训 服饰 五金 洗车 仓储 物流 园林绿化`)
	fancies = strings.Fields(`鑫源 宏达 顺发 佳和 金谷 新申 浦汇 江临 永兴 瑞丰 海纳 德润 百味 绿洲 众诚 恒信 启明 东方红 小镇 老街坊 弄堂口 和平里 沪北 申东 万家 乐居 同济园 春申 远景 天成`)
)

func personName(r *rand.Rand) string { return string(pick(r, surnames)) + pick(r, givens) }

func phone(r *rand.Rand) string {
	return pick(r, []string{"13", "15", "17", "18", "19"}) + fmt.Sprintf("%09d", r.IntN(1_000_000_000))
}

// newPerson invents a citizen, with an identity number that passes its check and is nobody's on purpose.
func newPerson(r *rand.Rand, s *squad) party {
	digits := fmt.Sprintf("%s%04d%02d%02d%03d", pick(r, []string{"310106", "310101", "320583", "330402", "340102", "341221", "360103", "411302", "421002", "510113"}),
		1950+r.IntN(54), 1+r.IntN(12), 1+r.IntN(28), r.IntN(1000))
	return party{kind: "person", name: personName(r), code: digits + idCheck(digits), address: pick(r, roads) + fmt.Sprintf("%d弄%d号%d室", 1+r.IntN(1400), 1+r.IntN(60), 101+r.IntN(2000)), phone: phone(r)}
}

func newOrganisation(r *rand.Rand, s *squad) party {
	region := s.Code
	if len(region) < 6 {
		region = "310106"
	}
	inner := "MA"
	for range 6 {
		inner += string(creditAlphabet[r.IntN(len(creditAlphabet))])
	}
	code := "91" + region[:6] + inner + organisationCheck(inner)
	return party{kind: "organisation", name: "上海" + pick(r, fancies) + pick(r, trades) + "有限公司", code: code + creditCheck(code), representative: personName(r),
		address: s.spots[r.IntN(len(s.spots))].address, phone: phone(r)}
}

// idCheck is the last character of an identity number (GB 11643).
func idCheck(digits string) string {
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(digits[i]-'0')
	}
	return string("10X98765432"[sum%11])
}

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// organisationCheck is the last character of an organisation code (GB/T 11714).
func organisationCheck(inner string) string {
	sum := 0
	for i, w := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		v := int(inner[i] - '0')
		if inner[i] >= 'A' {
			v = int(inner[i]-'A') + 10
		}
		sum += v * w
	}
	switch check := 11 - sum%11; check {
	case 10:
		return "X"
	case 11:
		return "0"
	default:
		return string(rune('0' + check))
	}
}

// creditCheck is the last character of a unified social credit code (GB 32100).
func creditCheck(code string) string {
	sum, weight := 0, 1
	for i := range 17 {
		sum, weight = sum+strings.IndexByte(creditAlphabet, code[i])*weight, weight*3%31
	}
	return string(creditAlphabet[(31-sum%31)%31])
}

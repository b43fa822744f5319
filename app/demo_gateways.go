package app

import (
	"context"

	"jiexu/gateway"
	"jiexu/org"
	"jiexu/store"
)

// demoEvents are what a hotline sent that could not be taken in, and waits for the desk: half an order, another city's, a word that nobody knows.
const demoEvents = `{"events":[
	{"event":"YS-0001","order":"YS20260001","type":"order","kind":"投诉","address":"静安区愚园路"},
	{"event":"YS-0002","order":"YS20260002","type":"order","kind":"投诉","title":"店招松动","content":"西湖边的店招松动，风大时摇晃。","address":"杭州市西湖区文三路18号"},
	{"event":"YS-0003","order":"YS20260003","type":"order","kind":"吐槽","title":"夜间装卸","content":"超市凌晨装卸货物，声音很大。","address":"静安区常德路700号"},
	{"event":"YS-0004","order":"YS20260004","type":"redo","reason":"市民称问题没有解决"}]}`

// gateways makes the links of the demonstration, by files, so that nobody outside is called.
func (d *demo) gateways(ctx context.Context) error {
	d.clock.at = d.now
	var bureau string
	if err := d.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT id FROM org_v_units WHERE kind = 'bureau' LIMIT 1`).Scan(&bureau)
	}); err != nil {
		return err
	}
	for _, in := range []gateway.LinkInput{{Code: "hotline-12345", Kind: gateway.Hotline, Name: "市 12345 热线（演示）"}, {Code: "grid", Kind: gateway.Grid, Name: "区城市运行网格平台（演示）"}} {
		in.Unit, in.Transport, in.Format, in.Encoding, in.Enabled = bureau, gateway.Folder, "csv", "gb18030", true
		l, err := d.Gateways.AddLink(ctx, org.Program("demo"), in)
		if err != nil {
			return err
		}
		if l.Kind == gateway.Hotline {
			if _, err := d.Gateways.Receive(ctx, l, []byte(demoEvents), "", "demonstration-0001", "zh-CN"); err != nil {
				return err
			}
		}
	}
	return nil
}

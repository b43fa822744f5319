package app

import (
	"path/filepath"

	"jiexu/api"
	"jiexu/gateway"
	"jiexu/gateway/hotline"
)

// gateways makes the ways to the platforms that complaints come from.
func (a *App) gateways() error {
	key, err := secret(filepath.Join(a.Data, "gateway.key"))
	if err != nil {
		return err
	}
	folder := a.Exchange
	if folder == "" {
		folder = filepath.Join(a.Data, "gateway")
	}
	a.Gateways = gateway.New(gateway.Config{DB: a.DB, Now: a.Now, Key: key, Folder: folder, Fail: api.Fail,
		Report:    func(what string, err error) { a.Config.Log.Warn(what, "error", err) },
		Protocols: []gateway.Protocol{hotline.Protocol{Intake: a.Intake}}})
	return nil
}

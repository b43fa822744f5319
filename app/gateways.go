package app

import (
	"context"
	"path/filepath"

	"jiexu/api"
	"jiexu/gateway"
	"jiexu/gateway/grid"
	"jiexu/gateway/grid/table"
	"jiexu/gateway/hotline"
	"jiexu/law"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/words"
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
	a.Grid = &table.Tables{DB: a.DB, Now: a.Now, Matter: a.matterName}
	a.grid = &grid.Protocol{Intake: a.Intake, Tables: a.Grid, MatterOf: casework.MatterOfComplaint}
	a.Gateways = gateway.New(gateway.Config{DB: a.DB, Now: a.Now, Key: key, Folder: folder, Fail: api.Fail,
		Report: func(what string, err error) { a.Config.Log.Warn(what, "error", err) },
		Attach: a.attach, Photos: a.resultPhotos, OpenPhoto: a.openPhoto,
		Protocols: []gateway.Protocol{hotline.Protocol{Intake: a.Intake}, a.grid}})
	return nil
}

// matterName is the name of a penalty matter that is in force.
func (a *App) matterName(code, lang string) (string, bool) {
	m, err := law.MatterOn(code, law.On(a.Now()))
	if err != nil {
		return "", false
	}
	if lang == words.English && m.NameEn != "" {
		return m.NameEn, true
	}
	return m.Name, true
}

// proposeMatter is the matter that a complaint's source points to.
func (a *App) proposeMatter(ctx context.Context, tx *store.Tx, complaint string) (string, error) {
	return a.grid.Proposes(ctx, tx, complaint)
}

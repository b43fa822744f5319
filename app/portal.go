package app

import (
	"context"
	"path/filepath"

	"jiexu/api"
	"jiexu/area"
	"jiexu/gateway"
	"jiexu/gateway/portal"
	"jiexu/org"
	"jiexu/store"
)

// portal makes the citizens' pages.
func (a *App) portal() error {
	key, err := secret(filepath.Join(a.Data, "portal.key"))
	if err != nil {
		return err
	}
	a.Portal = portal.New(portal.Config{Intake: a.Intake, Stage: a.Evidence.Stage, Thumb: a.Evidence.StagedThumb, Counts: gateway.Counts{DB: a.DB}, Shelf: gateway.Shelf{DB: a.DB, Now: a.Now}, Key: key, Address: api.Address, Now: a.Now, Log: a.Config.Log,
		Settings: a.portalSettings,
		Ground: func(ctx context.Context) (ground *area.Ground, err error) {
			err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				ground, err = a.Atlas.Ground(ctx, tx)
				return err
			})
			return ground, err
		}})
	return nil
}

// portalSettings are what the office has set for the portal.
func (a *App) portalSettings(ctx context.Context) (l org.PortalLimits, phone string, err error) {
	err = a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		unit, err := a.Intake.PublicUnit(ctx, tx)
		if err == nil {
			_, err = org.SettingInto(ctx, tx, unit, "portal.limits", &l)
		}
		if err == nil {
			_, err = org.SettingInto(ctx, tx, unit, "portal.phone", &phone)
		}
		return err
	})
	return l, phone, err
}

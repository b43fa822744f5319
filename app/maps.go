package app

import (
	"context"
	"encoding/json"
	"io/fs"

	"jiexu/area"
	"jiexu/data"
	"jiexu/org"
	"jiexu/store"
)

func (a *App) areasOp(ctx context.Context, _ *struct{}) (*jsonOutput, error) {
	features := []any{}
	err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		areas, err := area.Load(ctx, tx)
		if err != nil {
			return err
		}
		var units []string
		for _, one := range areas {
			units = append(units, one.Unit)
		}
		names, err := org.UnitNames(ctx, tx, units...)
		if err != nil {
			return err
		}
		for _, one := range areas {
			features = append(features, map[string]any{"type": "Feature",
				"properties": map[string]any{"unit": one.Unit, "unitName": names[one.Unit], "name": one.Name, "approximate": one.Approximate},
				"geometry":   map[string]any{"type": "MultiPolygon", "coordinates": one.Geometry}})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	return &jsonOutput{ContentType: "application/geo+json", CacheControl: "private, max-age=60", Body: body}, err
}

func (a *App) baseOp(context.Context, *struct{}) (*jsonOutput, error) {
	body, err := fs.ReadFile(data.FS, "jingan/base.geojson")
	return &jsonOutput{ContentType: "application/geo+json", CacheControl: "private, max-age=86400", Body: body}, err
}

// roadsOp gives the roads as lines with their names; known is how much lies on a road, from which a map sees which to name first.
func (a *App) roadsOp(ctx context.Context, _ *struct{}) (*jsonOutput, error) {
	var ground *area.Ground
	if err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		ground, err = a.Atlas.Ground(ctx, tx)
		return err
	}); err != nil {
		return nil, err
	}
	body, err := ground.Roads()
	return &jsonOutput{ContentType: "application/geo+json", CacheControl: "private, max-age=3600", Body: body}, err
}

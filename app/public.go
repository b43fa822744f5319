package app

import (
	"net/url"

	"jiexu/gateway/open311"
)

// open311 is the gateway for other programs.
func (a *App) open311() *open311.Gateway {
	jurisdiction := a.Jurisdiction
	if u, err := url.Parse(a.PublicURL); err == nil && jurisdiction == "" {
		jurisdiction = u.Hostname()
	}
	return open311.New(open311.Config{Intake: a.Intake, Key: a.Org.KeyFor, Jurisdiction: jurisdiction, PublicURL: a.PublicURL, Contact: a.PublicURL, Now: a.Now, Log: a.Config.Log})
}

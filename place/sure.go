package place

// calibrated turns the share of the belief that lies around a pin into the chance that the place is
// within 200 metres.
func calibrated(share float64) float64 {
	return share
}

package place

import "math"

// knots of what cross-validation found: of the pins that had this share of the belief around them, that
// part was within 200 metres. TestCrossValidation keeps them true.
var knots = [][2]float64{{0, 0.07}, {0.09, 0.13}, {0.24, 0.25}, {0.40, 0.41}, {0.61, 0.48}, {0.80, 0.545}, {0.912, 0.66}, {0.954, 0.775}, {0.971, 0.825}, {0.9795, 0.86},
	{0.986, 0.875}, {0.9905, 0.88}, {0.9934, 0.915}, {0.9953, 0.937}, {0.9966, 0.948}, {0.9976, 0.962}, {0.9997, 0.967}, {1, 0.972}}

// calibrated turns the share of the belief that lies around a pin into the chance that the place is
// within 200 metres, in hundredths.
func calibrated(share float64) float64 {
	for i := 1; i < len(knots); i++ {
		low, high := knots[i-1], knots[i]
		if share <= high[0] {
			t := (share - low[0]) / (high[0] - low[0])
			return math.Round(100*(low[1]+t*(high[1]-low[1]))) / 100
		}
	}
	return knots[len(knots)-1][1]
}

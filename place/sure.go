package place

import "math"

// knots of what cross-validation found: of the pins that had this share of the belief around them, that
// part was within 200 metres. TestConfidenceIsTrue keeps them true.
var knots = [][2]float64{{0, 0.08}, {0.10, 0.21}, {0.34, 0.41}, {0.54, 0.43}, {0.685, 0.53}, {0.775, 0.57}, {0.83, 0.66}, {0.87, 0.72}, {0.90, 0.75}, {0.92, 0.79},
	{0.94, 0.81}, {0.955, 0.835}, {0.967, 0.86}, {0.976, 0.90}, {0.984, 0.93}, {0.991, 0.945}, {0.9945, 0.97}, {0.997, 0.98}, {1, 0.985}}

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

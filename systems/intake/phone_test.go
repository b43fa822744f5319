package intake

import "testing"

func TestPhones(t *testing.T) {
	for phone, good := range map[string]bool{
		"": true, "13800000002": true, "+86 138 0000 0002": true, "8613800000002": true, "１３８０００００００２": true, "021-62345678": true, "62345678": true,
		"021-62345678转801": true, "021-62345678 ext. 12": true, "13800000002/021-62345678": true, "4008205555": true, "+852 2345 6789": true,
		"abc": false, "<script>": false, "123": false, "1380013800": false, "139001390001": false, "12800000002": false, "13800000002a": false, "---": false,
	} {
		if err := CheckPhone(phone); (err == nil) != good {
			t.Errorf("%q: %v", phone, err)
		}
	}
}

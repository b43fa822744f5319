package app_test

const victimEnv = "JIEXU_TEST_VICTIM"

func victim(string) {}

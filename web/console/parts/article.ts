/** The article that is open beside the page, if one is. */
import { ref } from 'vue'

export const openCite = ref('')

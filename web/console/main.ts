import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { carrier } from '../shared/api'
import { forgetSession } from '../shared/session'
import { chooseLang, preferredLang } from '../shared/i18n'
import { applyText } from './shell/text'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-icon.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/element.css'

carrier.onSignedOut = () => {
  forgetSession()
  const here = router.currentRoute.value
  if (here.name !== 'sign-in') router.replace({ name: 'sign-in', query: { next: here.fullPath, why: 'expired' } })
}

applyText()
await chooseLang(preferredLang(document.cookie, navigator.languages))
createApp(App).use(router).mount('#app')

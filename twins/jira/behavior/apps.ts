import { json } from '../../../engine/call.ts'
import type { Behavior } from '../../../engine/exchange.ts'
import { fail } from '../errors.ts'
import { words } from '../words.ts'

/** What is for apps only: people are refused, whatever they may do otherwise (FACTS: apps-only). */
export const appBehaviors: Readonly<Record<string, Behavior>> = {
  'AddonPropertiesResource.getAddonProperties_get': notAnApp,
  'AddonPropertiesResource.getAddonProperty_get': notAnApp,
  'AddonPropertiesResource.putAddonProperty_put': notAnApp,
  'AddonPropertiesResource.deleteAddonProperty_delete': notAnApp,
  'DynamicModulesResource.getModules_get': notConnect,
  'DynamicModulesResource.registerModules_post': notConnect,
  'DynamicModulesResource.removeModules_delete': notConnect,
  getForgeAppPropertyKeys: notForge,
  getForgeAppProperty: notForge,
  putForgeAppProperty: notForge,
  deleteForgeAppProperty: notForge,
  getPolicy: () => fail(401, words.appsOnly),
  getPolicies: () => fail(401, words.appsOnly),
}

function notAnApp() {
  return json(401, { message: words.asAnApp, statusCode: 401 })
}

function notConnect() {
  return json(401, { message: words.connectApp })
}

function notForge() {
  return json(403, { errorMessages: [words.asAnApp] })
}

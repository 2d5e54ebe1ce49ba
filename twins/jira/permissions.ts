/** A permission that somebody can hold. */
export interface PermissionKind {
  id: string
  key: string
  name: string
  type: 'GLOBAL' | 'PROJECT'
}

const global =
  'ADMINISTER SYSTEM_ADMIN BULK_CHANGE USER_PICKER CREATE_SHARED_OBJECTS ' +
  'MANAGE_GROUP_FILTER_SUBSCRIPTIONS CREATE_PROJECT '

const inProjects =
  'ADMINISTER_PROJECTS BROWSE_PROJECTS VIEW_DEV_TOOLS VIEW_READONLY_WORKFLOW ' +
  'MANAGE_SPRINTS_PERMISSION SERVICEDESK_AGENT VIEW_AGGREGATED_DATA EDIT_ISSUE_LAYOUT ' +
  'CREATE_ISSUES EDIT_ISSUES DELETE_ISSUES ASSIGN_ISSUES ASSIGNABLE_USER LINK_ISSUES ' +
  'MOVE_ISSUES CLOSE_ISSUES RESOLVE_ISSUES SCHEDULE_ISSUES TRANSITION_ISSUES ARCHIVE_ISSUES ' +
  'UNARCHIVE_ISSUES MODIFY_REPORTER SET_ISSUE_SECURITY MANAGE_WATCHERS ' +
  'VIEW_VOTERS_AND_WATCHERS ADD_COMMENTS EDIT_ALL_COMMENTS EDIT_OWN_COMMENTS ' +
  'DELETE_ALL_COMMENTS DELETE_OWN_COMMENTS CREATE_ATTACHMENTS DELETE_ALL_ATTACHMENTS ' +
  'DELETE_OWN_ATTACHMENTS WORK_ON_ISSUES EDIT_ALL_WORKLOGS EDIT_OWN_WORKLOGS ' +
  'DELETE_ALL_WORKLOGS DELETE_OWN_WORKLOGS '

/** The permissions of the service, by the names it gives them. */
export const permissionKinds: readonly PermissionKind[] = [
  ...kinds(global, 'GLOBAL', 0),
  ...kinds(inProjects, 'PROJECT', 10),
]

function kinds(keys: string, type: PermissionKind['type'], first: number): PermissionKind[] {
  return keys
    .trim()
    .split(' ')
    .map((key, i) => ({ id: String(first + i), key, name: toName(key), type }))
}

/** `EDIT_ISSUES` is shown as "Edit Issues". */
function toName(key: string): string {
  return key
    .split('_')
    .map((word) => word[0] + word.slice(1).toLowerCase())
    .join(' ')
}

import type { ContainerResources } from '../wall/container/resources.ts'
import type { Described, ReadyDescription, TenantDescription } from './description.ts'

/** A container of an image, in which the code under test is a command or a service. */
export interface ContainerDescription extends Described {
  kind: 'container'
  /** As the engine knows it: a name with a tag, or an id. */
  image: string
  /** Fetch the image when it is not on this machine. Default: false. */
  pull?: boolean
  /** What it is. Default: command. */
  mode?: 'command' | 'service'
  /** Program and arguments, in place of the image's entry point and command. */
  command?: readonly string[]
  /** Where it runs, in the container. Default: where the image says. */
  cwd?: string
  /** As whom it runs, by name or number. Default: the image's own user, or 1000 where that is root. */
  user?: string
  /** Folders and files of this machine that it sees. */
  mounts?: readonly MountDescription[]
  /** Folders of the container, besides the usual ones, that are empty and may be written to. */
  writes?: readonly string[]
  /** What it may use up. */
  resources?: ContainerResources
  /** How long it may take to start. Default: 15,000. */
  startMs?: number
  /**
   * Of a command: `container` keeps the container for many trials, `true` the process in it as well. Of a
   * service without `tenant`: `true` keeps its process. Default: a new container for each trial.
   */
  warm?: boolean | 'container'
  /** Of a service: the port that it listens on. Default: the one that the image exposes, or a free one, told by `portEnv`. */
  port?: number
  /** Of a service: the variable by which it is told its port. Default: PORT. */
  portEnv?: string
  /** Of a service: when it takes requests. Default: as soon as its port is open. */
  ready?: ReadyDescription
  /** Of a service: how long it may take to end in good order. Default: 5,000. */
  stopMs?: number
  /** Of a service: how one process tells many trials apart. Without it, each container has one trial at a time. */
  tenant?: TenantDescription
}

export interface MountDescription {
  /** From the file's folder. */
  from: string
  /** In the container. */
  to: string
  /** Default: true. */
  readOnly?: boolean
}

/** MapLibre, fetched when a map is first shown, with a style of our own: no tiles, no glyphs, nothing from outside. */
import * as maplibregl from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { get } from '../../shared/api'

maplibregl.setWorkerUrl(workerUrl)
export { maplibregl }

export type Ground = GeoJSON.FeatureCollection
let base: Promise<Ground> | undefined
let areas: Promise<Ground> | undefined

/** The district's outline and its lines of transport, asked for once. */
export const fetchBase = () => (base ??= get<Ground>('/map/base').catch((e) => { base = undefined; throw e }))
/** The squads' areas, asked for once. */
export const fetchAreas = () => (areas ??= get<Ground>('/map/areas').catch((e) => { areas = undefined; throw e }))

const kind = (...names: string[]): maplibregl.FilterSpecification => ['in', ['get', 'kind'], ['literal', names]]

/** Quiet greys, so that what is put on top stands out. */
export function styleOf(ground: Ground, squads: Ground): maplibregl.StyleSpecification {
  return {
    version: 8,
    sources: {
      base: { type: 'geojson', data: ground },
      areas: { type: 'geojson', data: squads, promoteId: 'unit' },
    },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': '#eceff2' } },
      { id: 'district', type: 'fill', source: 'base', filter: kind('outline'), paint: { 'fill-color': '#fafbfc' } },
      { id: 'fill', type: 'fill', source: 'areas', paint: { 'fill-color': '#0f5c60', 'fill-opacity': ['coalesce', ['feature-state', 'weight'], 0.03] } },
      { id: 'roads', type: 'line', source: 'base', filter: kind('elevated'), paint: { 'line-color': '#d5dbe1', 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 1.2, 15, 5] } },
      { id: 'metro', type: 'line', source: 'base', filter: kind('metro'), paint: { 'line-color': '#b9c3cc', 'line-width': 1.4, 'line-dasharray': [3, 2] } },
      { id: 'stations', type: 'circle', source: 'base', minzoom: 12.5, filter: kind('station'), paint: { 'circle-radius': 2.6, 'circle-color': '#fff', 'circle-stroke-color': '#9aa7b3', 'circle-stroke-width': 1.2 } },
      { id: 'borders', type: 'line', source: 'areas', paint: { 'line-color': ['case', ['boolean', ['feature-state', 'chosen'], false], '#0f5c60', '#98a6b2'], 'line-width': ['case', ['boolean', ['feature-state', 'chosen'], false], 2.4, 1], 'line-dasharray': [4, 2] } },
      { id: 'outline', type: 'line', source: 'base', filter: kind('outline'), paint: { 'line-color': '#6d7c8a', 'line-width': 1.6 } },
    ],
  }
}

/** The box around everything in a collection. */
export function boundsOf(ground: Ground): maplibregl.LngLatBoundsLike {
  let [west, south, east, north] = [180, 90, -180, -90]
  const walk = (c: unknown): void => {
    const list = c as number[] & unknown[][]
    if (typeof list[0] === 'number') {
      west = Math.min(west, list[0]); east = Math.max(east, list[0])
      south = Math.min(south, list[1]); north = Math.max(north, list[1])
    } else for (const part of list) walk(part)
  }
  for (const f of ground.features) if ('coordinates' in f.geometry) walk(f.geometry.coordinates)
  return [west, south, east, north]
}

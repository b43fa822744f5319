/** MapLibre, fetched when a map is first shown, with a style of our own: no tiles, no glyphs but those of the machine's own fonts, nothing from outside. */
import * as maplibregl from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { get } from '../../shared/api'

maplibregl.setWorkerUrl(workerUrl)
export { maplibregl }

export type Ground = GeoJSON.FeatureCollection
let base: Promise<Ground> | undefined
let areas: Promise<Ground> | undefined
let roads: Promise<Ground> | undefined

/** The district's outline and its lines of transport, asked for once. */
export const fetchBase = () => (base ??= get<Ground>('/map/base').catch((e) => { base = undefined; throw e }))
/** The squads' areas, asked for once. */
export const fetchAreas = () => (areas ??= get<Ground>('/map/areas').catch((e) => { areas = undefined; throw e }))

/** The roads with their names, asked for once; a map without them is still one. */
export const fetchRoads = () => (roads ??= get<Ground>('/map/roads').catch(() => { roads = undefined; return { type: 'FeatureCollection', features: [] } as Ground }))

const kind = (...names: string[]): maplibregl.FilterSpecification => ['in', ['get', 'kind'], ['literal', names]]

const FONTS = ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif']
const round = { 'line-cap': 'round', 'line-join': 'round' } as const
const width = (more: number): maplibregl.ExpressionSpecification => ['interpolate', ['exponential', 1.6], ['zoom'], 12.5, 1 + more, 15, 4 + more, 18, 16 + more * 1.5]

/** Quiet greys, so that what is put on top stands out. */
export function styleOf(ground: Ground, squads: Ground, roads: Ground): maplibregl.StyleSpecification {
  return {
    version: 8,
    sources: {
      base: { type: 'geojson', data: ground },
      areas: { type: 'geojson', data: squads, promoteId: 'unit' },
      roads: { type: 'geojson', data: roads },
    },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': '#eceff2' } },
      { id: 'district', type: 'fill', source: 'base', filter: kind('outline'), paint: { 'fill-color': '#fafbfc' } },
      { id: 'fill', type: 'fill', source: 'areas', paint: { 'fill-color': '#0f5c60', 'fill-opacity': ['coalesce', ['feature-state', 'weight'], 0.03] } },
      { id: 'kerbs', type: 'line', source: 'roads', minzoom: 12.5, layout: round, paint: { 'line-color': '#d9dee4', 'line-width': width(1.6) } },
      { id: 'lanes', type: 'line', source: 'roads', minzoom: 12.5, layout: round, paint: { 'line-color': '#ffffff', 'line-width': width(0) } },
      { id: 'elevated', type: 'line', source: 'base', filter: kind('elevated'), paint: { 'line-color': '#d5dbe1', 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 1.2, 15, 5] } },
      { id: 'metro', type: 'line', source: 'base', filter: kind('metro'), paint: { 'line-color': '#b9c3cc', 'line-width': 1.4, 'line-dasharray': [3, 2] } },
      { id: 'stations', type: 'circle', source: 'base', minzoom: 12.5, filter: kind('station'), paint: { 'circle-radius': 2.6, 'circle-color': '#fff', 'circle-stroke-color': '#9aa7b3', 'circle-stroke-width': 1.2 } },
      { id: 'borders', type: 'line', source: 'areas', paint: { 'line-color': ['case', ['boolean', ['feature-state', 'chosen'], false], '#0f5c60', '#98a6b2'], 'line-width': ['case', ['boolean', ['feature-state', 'chosen'], false], 2.4, 1], 'line-dasharray': [4, 2] } },
      { id: 'outline', type: 'line', source: 'base', filter: kind('outline'), paint: { 'line-color': '#6d7c8a', 'line-width': 1.6 } },
      { id: 'names', type: 'symbol', source: 'roads', minzoom: 13, layout: { 'symbol-placement': 'line', 'symbol-spacing': 320, 'symbol-sort-key': ['-', ['get', 'known']], 'text-field': ['get', 'name'], 'text-font': FONTS, 'text-size': ['interpolate', ['linear'], ['zoom'], 13, 10.5, 16, 13], 'text-max-angle': 40, 'text-padding': 4 }, paint: { 'text-color': '#4a5763', 'text-halo-color': '#fff', 'text-halo-width': 1.4 } },
      { id: 'stops', type: 'symbol', source: 'base', minzoom: 13, filter: kind('station'), layout: { 'text-field': ['get', 'name'], 'text-font': FONTS, 'text-size': 11, 'text-offset': [0, 0.9], 'text-anchor': 'top' }, paint: { 'text-color': '#6d7c8a', 'text-halo-color': '#fff', 'text-halo-width': 1.4 } },
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

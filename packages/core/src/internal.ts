export { branded, type ErrorClass } from './errors/brand.js';
export { httpErrorClass } from './errors/http.js';

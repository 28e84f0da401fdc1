import path from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

function load(file, root) {
  const asWritten = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };
  return grpc.loadPackageDefinition(protoLoader.loadSync(file, { ...asWritten, includeDirs: [path.join(repository, root)] }));
}

const ours = 'server/Asteri.Contract/Protos';

export const testing = () => load('grpc/testing/test.proto', 'tests/Asteri.Interop/Protos').grpc.testing;
export const contract = (file) => load(file, ours);
export const contractPath = (file) => path.join(repository, ours, file);

import protobuf from "protobufjs/light.js";

const field = (id: number, type: string, rule?: "repeated") => ({ id, type, ...(rule && { rule }) });

/** The part of the ONNX file format (onnx.proto, IR version 10) that Heed writes, by its published field numbers. */
const schema = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: field(1, "int64"),
        producerName: field(2, "string"),
        graph: field(7, "Graph"),
        opsetImport: field(8, "OperatorSet", "repeated"),
      },
    },
    OperatorSet: { fields: { domain: field(1, "string"), version: field(2, "int64") } },
    Graph: {
      fields: {
        node: field(1, "Node", "repeated"),
        name: field(2, "string"),
        initializer: field(5, "Tensor", "repeated"),
        input: field(11, "ValueInfo", "repeated"),
        output: field(12, "ValueInfo", "repeated"),
        valueInfo: field(13, "ValueInfo", "repeated"),
      },
    },
    Node: {
      fields: {
        input: field(1, "string", "repeated"),
        output: field(2, "string", "repeated"),
        name: field(3, "string"),
        opType: field(4, "string"),
        attribute: field(5, "Attribute", "repeated"),
      },
    },
    Attribute: {
      fields: {
        name: field(1, "string"),
        f: field(2, "float"),
        i: field(3, "int64"),
        s: field(4, "bytes"),
        ints: field(8, "int64", "repeated"),
        type: field(20, "int32"),
      },
    },
    Tensor: {
      fields: {
        dims: field(1, "int64", "repeated"),
        dataType: field(2, "int32"),
        name: field(8, "string"),
        rawData: field(9, "bytes"),
      },
    },
    ValueInfo: { fields: { name: field(1, "string"), type: field(2, "Type") } },
    Type: { fields: { tensorType: field(1, "TensorType") } },
    TensorType: { fields: { elemType: field(1, "int32"), shape: field(2, "TensorShape") } },
    TensorShape: { fields: { dim: field(1, "Dimension", "repeated") } },
    Dimension: { fields: { dimValue: field(1, "int64"), dimParam: field(2, "string") } },
  },
});

const modelType = schema.lookupType("Model");

/** Encodes a model object that follows the schema above. */
export function encodeModel(model: Record<string, unknown>): Uint8Array {
  return modelType.encode(modelType.create(model)).finish();
}

interface Named {
  name: string;
}

/** What of a model file Heed looks at. */
export interface OnnxModel {
  graph: {
    node: { input: string[]; output: string[] }[];
    initializer: (Named & { dims: unknown[]; dataType: number; rawData: Uint8Array })[];
    input: Named[];
    output: Named[];
    valueInfo: Named[];
  };
}

/** A model as the file holds it, and the way to write it after a change. */
export function decodeModel(bytes: Uint8Array): { model: OnnxModel; encode(): Uint8Array<ArrayBuffer> } {
  const model = modelType.decode(bytes) as unknown as OnnxModel;
  return { model, encode: () => new Uint8Array(modelType.encode(model as never).finish()) };
}

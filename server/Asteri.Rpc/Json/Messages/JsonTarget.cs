namespace Asteri.Rpc.Json.Messages;

/// <summary>What a JSON document is read as.</summary>
/// <param name="Set">Knows the types that an Any may hold.</param>
/// <param name="Message">The message whose fields are set.</param>
/// <param name="Field">The one field of it that the document is the value of; null: the document is the message.</param>
/// <param name="Elsewhere">Fields that the request's path sets, each as the way to it: the document must not.</param>
internal sealed record JsonTarget(SchemaSet Set, MessageSchema Message, FieldSchema? Field, IReadOnlyList<IReadOnlyList<FieldSchema>> Elsewhere);

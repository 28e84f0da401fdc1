using System.Collections.Frozen;
using System.Text;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.Messages;

/// <summary>
/// A message type prepared for JSON: its fields by name and by number, and whether protobuf gives it a JSON form of its own. Immutable once its
/// set is made.
/// </summary>
internal sealed class MessageSchema
{
    private const int MaxNameBytes = 256;
    private FrozenDictionary<string, FieldSchema>.AlternateLookup<ReadOnlySpan<char>> _byName;

    public MessageSchema(MessageDescriptor descriptor)
    {
        Descriptor = descriptor;
        Form = WellKnownForms.Of(descriptor);
    }

    public MessageDescriptor Descriptor { get; }

    public WellKnownForm Form { get; }

    /// <summary>The fields in the order of their numbers, which is the order in which messages are serialised.</summary>
    public FieldSchema[] Fields { get; private set; } = [];

    /// <summary>Fills in the fields; apart from the constructor, because types may hold themselves.</summary>
    public void Complete(SchemaSet set)
    {
        Fields = [.. Descriptor.Fields.InFieldNumberOrder().Select((f, i) => new FieldSchema(f, i, set))];
        var names = new Dictionary<string, FieldSchema>();
        foreach (var field in Fields)
        {
            names[field.Descriptor.JsonName] = field;
            names.TryAdd(field.Descriptor.Name, field);
        }

        _byName = names.ToFrozenDictionary().GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The field of this JSON name or original name, or null.</summary>
    public FieldSchema? Find(ReadOnlySpan<char> name) => _byName.TryGetValue(name, out var field) ? field : null;

    public FieldSchema? Find(ReadOnlySpan<byte> utf8Name)
    {
        if (utf8Name.Length > MaxNameBytes) { return null; }
        Span<char> name = stackalloc char[MaxNameBytes];
        return Find(name[..Encoding.UTF8.GetChars(utf8Name, name)]);
    }
}

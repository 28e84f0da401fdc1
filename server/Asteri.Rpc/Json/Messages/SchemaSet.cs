using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Asteri.Rpc.Json.Messages;

/// <summary>
/// The schemas of all message types that a set of proto files can reach, so that an Any among them can be written and read. Made at the start,
/// then only read.
/// </summary>
internal sealed class SchemaSet
{
    private readonly Dictionary<string, MessageSchema> _byName = [];
    private readonly HashSet<FileDescriptor> _files = [];

    public SchemaSet(IEnumerable<FileDescriptor> files)
    {
        FileDescriptor[] always = [StatusReflection.Descriptor, ErrorDetailsReflection.Descriptor, StructReflection.Descriptor];
        foreach (var file in files.Concat(always))
        {
            AddFile(file);
        }
    }

    /// <summary>The schema of a message type; made when it is first asked for, which is during the start.</summary>
    public MessageSchema Get(MessageDescriptor descriptor)
    {
        if (_byName.TryGetValue(descriptor.FullName, out var known)) { return known; }
        var made = _byName[descriptor.FullName] = new(descriptor);
        made.Complete(this);
        return made;
    }

    /// <summary>The type that an Any's type URL ends in, or null.</summary>
    public MessageSchema? FindByTypeUrl(string url) => _byName.GetValueOrDefault(url[(url.LastIndexOf('/') + 1)..]);

    private void AddFile(FileDescriptor file)
    {
        // descriptor.proto describes protos; no call carries it, and its groups and defaults are another language's.
        if (!_files.Add(file) || file.Name == "google/protobuf/descriptor.proto") { return; }
        foreach (var imported in file.Dependencies) { AddFile(imported); }
        foreach (var message in file.MessageTypes) { AddMessage(message); }
    }

    private void AddMessage(MessageDescriptor message)
    {
        if (message.GetOptions()?.MapEntry != true) { Get(message); }
        foreach (var nested in message.NestedTypes) { AddMessage(nested); }
    }
}

using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Builtin;

/// <summary>
/// The proto files behind a set of services, with all that they import, by name, by symbol and by extension. Made once, then only read.
/// </summary>
internal sealed class FileIndex
{
    private readonly Dictionary<string, FileDescriptor> _byName = [];
    private readonly Dictionary<string, FileDescriptor> _bySymbol = [];
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = [];

    public FileIndex(IEnumerable<ServiceDescriptor> services)
    {
        foreach (var service in services) { AddFile(service.File); }
    }

    public FileDescriptor? FindByName(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The file that declares a message, field, oneof, enum, enum value, service, method or extension of this full name.</summary>
    public FileDescriptor? FindBySymbol(string symbol) => _bySymbol.GetValueOrDefault(symbol.StartsWith('.') ? symbol[1..] : symbol);

    public FileDescriptor? FindByExtension(string type, int number) => _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

    /// <summary>The numbers of the known extensions of a message type, ascending; null when there is no such type.</summary>
    public IReadOnlyCollection<int>? FindExtensionNumbers(string type) =>
        _extensions.TryGetValue(type, out var numbers) ? numbers.Keys
        : _bySymbol.TryGetValue(type, out var file) && IsMessage(file, type) ? []
        : null;

    private static bool IsMessage(FileDescriptor file, string type) =>
        file.MessageTypes.Any(m => m.FullName == type || (type.StartsWith(m.FullName + '.', StringComparison.Ordinal) && HasNested(m, type)));

    private static bool HasNested(MessageDescriptor message, string type) => message.NestedTypes.Any(m => m.FullName == type || HasNested(m, type));

    private void AddFile(FileDescriptor file)
    {
        if (!_byName.TryAdd(file.Name, file)) { return; }
        foreach (var imported in file.Dependencies) { AddFile(imported); }
        foreach (var message in file.MessageTypes) { AddMessage(message); }
        foreach (var type in file.EnumTypes) { AddEnum(type); }
        foreach (var extension in file.Extensions.UnorderedExtensions) { AddExtension(extension); }
        foreach (var service in file.Services)
        {
            _bySymbol[service.FullName] = file;
            foreach (var method in service.Methods) { _bySymbol[method.FullName] = file; }
        }
    }

    private void AddMessage(MessageDescriptor message)
    {
        _bySymbol[message.FullName] = message.File;
        foreach (var field in message.Fields.InDeclarationOrder()) { _bySymbol[field.FullName] = message.File; }
        foreach (var oneof in message.Oneofs) { _bySymbol[oneof.FullName] = message.File; }
        foreach (var nested in message.NestedTypes) { AddMessage(nested); }
        foreach (var type in message.EnumTypes) { AddEnum(type); }
        foreach (var extension in message.Extensions.UnorderedExtensions) { AddExtension(extension); }
    }

    private void AddEnum(EnumDescriptor type)
    {
        _bySymbol[type.FullName] = type.File;
        // A value's full name stands beside its enum's, not inside it.
        int scope = type.FullName.LastIndexOf('.') + 1;
        foreach (var value in type.Values) { _bySymbol[string.Concat(type.FullName.AsSpan(0, scope), value.Name)] = type.File; }
    }

    private void AddExtension(FieldDescriptor extension)
    {
        _bySymbol[extension.FullName] = extension.File;
        string extended = extension.ExtendeeType.FullName;
        if (!_extensions.TryGetValue(extended, out var numbers)) { _extensions[extended] = numbers = []; }
        numbers[extension.FieldNumber] = extension.File;
    }
}

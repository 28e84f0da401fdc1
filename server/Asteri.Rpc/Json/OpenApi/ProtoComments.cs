using System.Reflection;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.OpenApi;

/// <summary>
/// The comments of proto files by full name. Generated code does not keep them, so an assembly of messages may embed a FileDescriptorSet with
/// source positions as "proto-comments.pb"; without one, there are no texts.
/// </summary>
internal sealed class ProtoComments
{
    private const string Resource = "proto-comments.pb";

    // Field numbers of descriptor.proto, which source positions are made of.
    private const int MessageOfFile = 4;
    private const int EnumOfFile = 5;
    private const int ServiceOfFile = 6;
    private const int FieldOfMessage = 2;
    private const int NestedOfMessage = 3;
    private const int EnumOfMessage = 4;
    private const int ValueOfEnum = 2;
    private const int MethodOfService = 2;

    private readonly Dictionary<string, string> _texts = [];

    public ProtoComments(IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies.Distinct())
        {
            using var stream = assembly.GetManifestResourceStream(Resource);
            if (stream is null) { continue; }
            foreach (var file in FileDescriptorSet.Parser.ParseFrom(stream).File) { Add(file); }
        }
    }

    /// <summary>What stands above a message, field, enum, value, service or method, as one text; empty without a comment.</summary>
    public string Of(IDescriptor descriptor) => _texts.GetValueOrDefault(descriptor.FullName, "");

    private void Add(FileDescriptorProto file)
    {
        foreach (var location in file.SourceCodeInfo?.Location ?? [])
        {
            string text = Plain(location.LeadingComments.Length > 0 ? location.LeadingComments : location.TrailingComments);
            if (text.Length > 0 && NameOf(file, [.. location.Path]) is { } name)
            {
                _texts[file.Package.Length == 0 ? name : $"{file.Package}.{name}"] = text;
            }
        }
    }

    private static string Plain(string comment) =>
        string.Join(' ', comment.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static string? NameOf(FileDescriptorProto file, ReadOnlySpan<int> path) => path switch
    {
        [MessageOfFile, var i, .. var rest] => NameInside(file.MessageType[i], rest),
        [EnumOfFile, var i, .. var rest] => NameInside(file.EnumType[i], "", rest),
        [ServiceOfFile, var i] => file.Service[i].Name,
        [ServiceOfFile, var i, MethodOfService, var j] => $"{file.Service[i].Name}.{file.Service[i].Method[j].Name}",
        _ => null,
    };

    private static string? NameInside(DescriptorProto message, ReadOnlySpan<int> path) => path switch
    {
        [] => message.Name,
        [FieldOfMessage, var i] => $"{message.Name}.{message.Field[i].Name}",
        [NestedOfMessage, var i, .. var rest] => NameInside(message.NestedType[i], rest) is { } name ? $"{message.Name}.{name}" : null,
        [EnumOfMessage, var i, .. var rest] => NameInside(message.EnumType[i], $"{message.Name}.", rest),
        _ => null,
    };

    /// <summary>A value is named below its enum, as its descriptor does.</summary>
    private static string? NameInside(EnumDescriptorProto type, string scope, ReadOnlySpan<int> path) => path switch
    {
        [] => scope + type.Name,
        [ValueOfEnum, var i] => $"{scope}{type.Name}.{type.Value[i].Name}",
        _ => null,
    };
}

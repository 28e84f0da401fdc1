using Asteri.Rpc.Json.Messages;
using Asteri.Rpc.Json.Routes;
using Asteri.Rpc.Services;
using Asteri.Rpc.Tests.Protos;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Tests.Json.Routes;

/// <summary>Methods with rules that no proto file of ours would have: Kinds in, Kinds out.</summary>
internal static class RuledMethod
{
    /// <summary>The routes of one method a rule.</summary>
    public static List<Route> Compile(params HttpRule[] rules)
    {
        var service = Build(rules).Services[0];
        var set = new SchemaSet([service.File]);
        return [.. service.Methods.SelectMany(m => RouteRules.Of(Bind(m), set))];
    }

    /// <summary>The routes of a method that streams in.</summary>
    public static List<Route> CompileStream(HttpRule rule)
    {
        var method = Build([rule], streamsIn: true).Services[0].Methods[0];
        return [.. RouteRules.Of(Bind(method), new SchemaSet([method.File]))];
    }

    private static UnaryMethod<Kinds, Kinds> Bind(MethodDescriptor method) => new(method, (request, _) => ValueTask.FromResult(request));

    private static FileDescriptor Build(HttpRule[] rules, bool streamsIn = false)
    {
        var file = KindsReflection.Descriptor.ToProto();
        file.Service.Clear();
        var service = new ServiceDescriptorProto { Name = "Ruled" };
        foreach (var rule in rules)
        {
            var method = new MethodDescriptorProto
            {
                Name = $"M{service.Method.Count}",
                InputType = ".asteri.tests.Kinds",
                OutputType = ".asteri.tests.Kinds",
                ClientStreaming = streamsIn,
                Options = new(),
            };
            method.Options.SetExtension(AnnotationsExtensions.Http, rule);
            service.Method.Add(method);
        }

        file.Service.Add(service);
        var files = new List<ByteString>();
        AddImports(KindsReflection.Descriptor, files, []);
        files[^1] = file.ToByteString();
        return FileDescriptor.BuildFromByteStrings(files, new ExtensionRegistry { AnnotationsExtensions.Http })[^1];
    }

    private static void AddImports(FileDescriptor file, List<ByteString> files, HashSet<string> added)
    {
        if (!added.Add(file.Name)) { return; }
        foreach (var imported in file.Dependencies) { AddImports(imported, files, added); }
        files.Add(file.SerializedData);
    }
}

using Asteri.Rpc.Builtin;
using Asteri.Rpc.Calls;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;

namespace Asteri.Rpc.Tests.Builtin;

public sealed class ReflectionServiceTests : IAsyncDisposable
{
    private readonly DirectCall<ServerReflectionRequest, ServerReflectionResponse> _call =
        new(ReflectionService.Bind([HealthService.Bind(new ServingStates([])), FakeServices.Store()]), "ServerReflectionInfo");

    public ValueTask DisposeAsync() => _call.DisposeAsync();

    [Fact]
    public async Task ListServices_Asked_NamesEveryServiceAndItself()
    {
        var answer = await AskAsync(new() { Host = "h", ListServices = "*" });
        Assert.Equal(
            ["asteri.v1.StoreService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"],
            answer.ListServicesResponse.Service.Select(s => s.Name));
        Assert.Equal("h", answer.ValidHost);
        Assert.Equal("*", answer.OriginalRequest.ListServices);
    }

    [Theory]
    [InlineData("asteri.v1.StoreService")]
    [InlineData(".asteri.v1.StoreService")]
    [InlineData("asteri.v1.StoreService.GetEntry")]
    [InlineData("asteri.v1.Put")]
    [InlineData("asteri.v1.Put.key")]
    [InlineData("asteri.v1.EntryWrite.kind")]
    public async Task FileContainingSymbol_Known_RebuildsToTheServedDescriptors(string symbol)
    {
        var answer = await AskAsync(new() { FileContainingSymbol = symbol });
        var rebuilt = Rebuild(answer.FileDescriptorResponse);
        Assert.Equal("asteri/v1/store.proto", FileDescriptorProto.Parser.ParseFrom(answer.FileDescriptorResponse.FileDescriptorProto[0]).Name);
        var store = rebuilt.Single(f => f.Name == "asteri/v1/store.proto").Services.Single(s => s.Name == "StoreService");
        Assert.Equal(V1.StoreReflection.Descriptor.Services[0].Methods.Select(m => m.FullName), store.Methods.Select(m => m.FullName));
        Assert.True(store.FindMethodByName("ScanEntries").IsServerStreaming);
    }

    [Theory]
    [InlineData("asteri.v1.SCOPE_ADMIN", "asteri/v1/policy.proto")]
    [InlineData("asteri.v1.policy", "asteri/v1/policy.proto")]
    [InlineData("google.api.http", "google/api/annotations.proto")]
    [InlineData("google.protobuf.FieldOptions.CType", "google/protobuf/descriptor.proto")]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto")]
    public async Task FileContainingSymbol_ImportedSymbol_IsFound(string symbol, string file)
    {
        var answer = await AskAsync(new() { FileContainingSymbol = symbol });
        Assert.Equal(file, FileDescriptorProto.Parser.ParseFrom(answer.FileDescriptorResponse.FileDescriptorProto[0]).Name);
    }

    [Fact]
    public async Task FileByFilename_AskedTwice_IsSentAgainWithoutItsImports()
    {
        var first = await AskAsync(new() { FileByFilename = "asteri/v1/store.proto" });
        var second = await AskAsync(new() { FileByFilename = "asteri/v1/store.proto" });
        Assert.True(first.FileDescriptorResponse.FileDescriptorProto.Count > 5);
        Assert.Equal(first.FileDescriptorResponse.FileDescriptorProto[0], Assert.Single(second.FileDescriptorResponse.FileDescriptorProto));
    }

    [Fact]
    public async Task Extensions_OfMethodOptions_AreNumberedAndFound()
    {
        var numbers = (await AskAsync(new() { AllExtensionNumbersOfType = "google.protobuf.MethodOptions" })).AllExtensionNumbersResponse;
        Assert.Equal("google.protobuf.MethodOptions", numbers.BaseTypeName);
        Assert.Equal([50001, 72295728], numbers.ExtensionNumber);
        var policy = new ExtensionRequest { ContainingType = "google.protobuf.MethodOptions", ExtensionNumber = 50001 };
        var file = await AskAsync(new() { FileContainingExtension = policy });
        Assert.Equal("asteri/v1/policy.proto", FileDescriptorProto.Parser.ParseFrom(file.FileDescriptorResponse.FileDescriptorProto[0]).Name);
    }

    [Fact]
    public async Task AllExtensionNumbersOfType_TypeWithoutExtensions_IsEmpty()
    {
        var answer = await AskAsync(new() { AllExtensionNumbersOfType = "asteri.v1.Put" });
        Assert.Empty(answer.AllExtensionNumbersResponse.ExtensionNumber);
    }

    [Fact]
    public async Task Errors_UnknownNames_AreNotFoundAndTheStreamGoesOn()
    {
        ServerReflectionRequest[] absent =
        [
            new() { FileByFilename = "absent.proto" },
            new() { FileContainingSymbol = "a.Absent" },
            new() { AllExtensionNumbersOfType = "a.Absent" },
            new() { FileContainingExtension = new() { ContainingType = "asteri.v1.Put", ExtensionNumber = 1 } },
        ];
        foreach (var request in absent) { Assert.Equal((int)RpcCode.NotFound, (await AskAsync(request)).ErrorResponse.ErrorCode); }
        Assert.Equal((int)RpcCode.InvalidArgument, (await AskAsync(new())).ErrorResponse.ErrorCode);
        Assert.NotNull((await AskAsync(new() { ListServices = "" })).ListServicesResponse);
    }

    [Fact]
    public async Task Stream_CallerIsDone_Ends()
    {
        _call.Complete();
        await _call.EndAsync();
    }

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        _call.Send(request);
        return await _call.ReceiveAsync();
    }

    private static IReadOnlyList<FileDescriptor> Rebuild(FileDescriptorResponse response)
    {
        var files = response.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom).ToDictionary(f => f.Name);
        var ordered = new List<ByteString>();
        var added = new HashSet<string>();
        void Add(string name)
        {
            if (!added.Add(name)) { return; }
            foreach (string import in files[name].Dependency) { Add(import); }
            ordered.Add(files[name].ToByteString());
        }

        foreach (string name in files.Keys) { Add(name); }
        return FileDescriptor.BuildFromByteStrings(ordered);
    }
}

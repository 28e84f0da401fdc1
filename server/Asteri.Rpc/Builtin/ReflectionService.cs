using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;

namespace Asteri.Rpc.Builtin;

/// <summary>
/// grpc.reflection.v1.ServerReflection: lets grpcurl and the like call a server without its proto files. Tells what is served and the files
/// behind it, exactly as they were compiled. A question without an answer gets an error response; the stream goes on.
/// </summary>
public sealed class ReflectionService
{
    private readonly ListServiceResponse _services = new();
    private readonly FileIndex _files;

    private ReflectionService(IReadOnlyList<RpcService> services)
    {
        var all = services.Select(s => s.Descriptor).Append(ReflectionReflection.Descriptor.Services[0]).ToList();
        _files = new(all);
        _services.Service.AddRange(all.Select(s => s.FullName).Order(StringComparer.Ordinal).Select(name => new ServiceResponse { Name = name }));
    }

    /// <summary>The service, ready to be served, over these services and itself.</summary>
    public static RpcService Bind(IReadOnlyList<RpcService> services)
    {
        var reflection = new ReflectionService(services);
        return RpcService.Bind(ReflectionReflection.Descriptor, "ServerReflection", bind => bind
            .Duplex<ServerReflectionRequest, ServerReflectionResponse>("ServerReflectionInfo", reflection.AnswerAllAsync));
    }

    private async IAsyncEnumerable<ServerReflectionResponse> AnswerAllAsync(IAsyncEnumerable<ServerReflectionRequest> requests, ServerCall call)
    {
        // The protocol allows leaving out what this stream has already carried; the file asked for is always sent, and first, because clients look
        // there.
        var sent = new HashSet<string>();
        await foreach (var request in requests.WithCancellation(call.Cancellation))
        {
            var response = Answer(request, sent);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            yield return response;
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request, HashSet<string> sent) => request.MessageRequestCase switch
    {
        ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
            Files(_files.FindByName(request.FileByFilename), $"No file '{request.FileByFilename}' here.", sent),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
            Files(_files.FindBySymbol(request.FileContainingSymbol), $"No symbol '{request.FileContainingSymbol}' here.", sent),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension => FileOfExtension(request.FileContainingExtension, sent),
        ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType => ExtensionNumbers(request.AllExtensionNumbersOfType),
        ServerReflectionRequest.MessageRequestOneofCase.ListServices => new() { ListServicesResponse = _services },
        _ => Error(RpcCode.InvalidArgument, "message_request: set one of its fields."),
    };

    private ServerReflectionResponse FileOfExtension(ExtensionRequest request, HashSet<string> sent) => Files(
        _files.FindByExtension(request.ContainingType, request.ExtensionNumber),
        $"No extension {request.ExtensionNumber} of '{request.ContainingType}' here.",
        sent);

    private ServerReflectionResponse ExtensionNumbers(string type) => _files.FindExtensionNumbers(type) is { } numbers
        ? new() { AllExtensionNumbersResponse = new() { BaseTypeName = type, ExtensionNumber = { numbers } } }
        : Error(RpcCode.NotFound, $"No message type '{type}' here.");

    private static ServerReflectionResponse Files(FileDescriptor? asked, string problem, HashSet<string> sent)
    {
        if (asked is null) { return Error(RpcCode.NotFound, problem); }
        var response = new FileDescriptorResponse();
        sent.Remove(asked.Name);
        AddWithImports(asked, response, sent);
        return new() { FileDescriptorResponse = response };
    }

    private static void AddWithImports(FileDescriptor file, FileDescriptorResponse response, HashSet<string> sent)
    {
        if (!sent.Add(file.Name)) { return; }
        response.FileDescriptorProto.Add(file.SerializedData);
        foreach (var imported in file.Dependencies) { AddWithImports(imported, response, sent); }
    }

    private static ServerReflectionResponse Error(RpcCode code, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = message } };
}

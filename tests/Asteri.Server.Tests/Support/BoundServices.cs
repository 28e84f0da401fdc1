using System.Linq.Expressions;
using System.Reflection;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Asteri.V1;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using Grpc.Reflection.V1;

namespace Asteri.Server.Tests.Support;

/// <summary>Every service that a node serves, bound to handlers that are never reached: enough for whatever stands before a handler.</summary>
internal static class BoundServices
{
    /// <summary>The node's own services, health and reflection.</summary>
    public static IReadOnlyList<RpcService> All { get; } =
    [
        .. StoreReflection.Descriptor.Services.Concat(AdminReflection.Descriptor.Services).Concat(HealthReflection.Descriptor.Services)
            .Concat(ReflectionReflection.Descriptor.Services).Select(Bind),
    ];

    public static IReadOnlyList<RpcMethod> Methods { get; } = [.. All.SelectMany(s => s.Methods)];

    public static RpcMethod Method(string name) => Methods.Single(m => m.Path.EndsWith('/' + name, StringComparison.Ordinal));

    public static RpcService Bind(ServiceDescriptor service) => RpcService.Bind(service.File, service.Name, binder =>
    {
        foreach (var method in service.Methods)
        {
            string shape = (method.IsClientStreaming, method.IsServerStreaming) switch
            {
                (false, false) => "Unary",
                (false, true) => "ServerStream",
                (true, false) => "ClientStream",
                (true, true) => "Duplex",
            };
            var bind = typeof(RpcService.Binder).GetMethod(shape)!.MakeGenericMethod(method.InputType.ClrType, method.OutputType.ClrType);
            bind.Invoke(binder, [method.Name, Unreached(bind)]);
        }
    });

    private static Delegate Unreached(MethodInfo bind)
    {
        var type = bind.GetParameters()[1].ParameterType;
        var invoke = type.GetMethod("Invoke")!;
        var parameters = invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType)).ToArray();
        var thrown = Expression.Throw(Expression.Constant(new InvalidOperationException("The handler was reached.")), invoke.ReturnType);
        return Expression.Lambda(type, thrown, parameters).Compile();
    }
}

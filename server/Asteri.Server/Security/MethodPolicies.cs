using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Asteri.V1;

namespace Asteri.Server.Security;

/// <summary>
/// The policy of every method, read once at the start from the method option asteri.v1.policy. Services that are not ours (health, reflection) cannot
/// carry that option; their policies stand here. A method without a policy cannot be served.
/// </summary>
public sealed class MethodPolicies
{
    private static readonly Dictionary<string, MethodPolicy> Vendored = new(StringComparer.Ordinal)
    {
        ["/grpc.health.v1.Health/Check"] = new() { Scope = Scope.Public, Admission = Asteri.V1.Admission.None },
        ["/grpc.health.v1.Health/List"] = new() { Scope = Scope.Public, Admission = Asteri.V1.Admission.None },
        ["/grpc.health.v1.Health/Watch"] = new() { Scope = Scope.Public, Admission = Asteri.V1.Admission.None, DefaultDeadlineMs = -1 },
        // Reflection describes the whole interface, administration included; the description of the public part is at /openapi.json.
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = new()
        {
            Scope = Scope.Admin,
            Admission = Asteri.V1.Admission.None,
            DefaultDeadlineMs = -1,
        },
    };

    private readonly Dictionary<string, MethodPolicy> _policies;

    private MethodPolicies(Dictionary<string, MethodPolicy> policies) => _policies = policies;

    /// <summary>Reads the policies of all methods.</summary>
    /// <exception cref="SecurityException">Methods without a policy, or with half a one; all of them are named.</exception>
    public static MethodPolicies Read(IEnumerable<RpcService> services)
    {
        var policies = new Dictionary<string, MethodPolicy>(StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var method in services.SelectMany(s => s.Methods))
        {
            var policy = Vendored.GetValueOrDefault(method.Path) ?? method.Descriptor.GetOptions()?.GetExtension(PolicyExtensions.Policy);
            if (FaultOf(policy) is { } fault) { faults.Add($"{method.Path}: {fault}"); }
            else { policies.Add(method.Path, policy!); }
        }

        return faults.Count == 0
            ? new(policies)
            : throw new SecurityException(
                $"It is not said who may call these methods: {string.Join("; ", faults)}. Set the option (asteri.v1.policy) in the proto file.");
    }

    /// <summary>The policy of a method, or null: such a method is refused to everybody.</summary>
    public MethodPolicy? Of(RpcMethod method) => _policies.GetValueOrDefault(method.Path);

    /// <summary>The limits that the policy asks for, over the server's defaults.</summary>
    public MethodLimits LimitsOf(RpcMethod method, MethodLimits defaults)
    {
        if (Of(method) is not { } policy) { return defaults; }
        return defaults with
        {
            MaxRequestBytes = policy.MaxRequestBytes > 0 ? policy.MaxRequestBytes : defaults.MaxRequestBytes,
            DefaultDeadline = policy.DefaultDeadlineMs switch
            {
                0 => defaults.DefaultDeadline,
                < 0 => Timeout.InfiniteTimeSpan,
                int ms => TimeSpan.FromMilliseconds(ms),
            },
        };
    }

    private static string? FaultOf(MethodPolicy? policy) => policy switch
    {
        null => "no policy",
        { Scope: Scope.Unspecified } => "a policy without scope",
        { Admission: Asteri.V1.Admission.Unspecified } => "a policy without admission",
        { MaxRequestBytes: < 0 } => $"max_request_bytes is {policy.MaxRequestBytes}",
        { DefaultDeadlineMs: < -1 } => $"default_deadline_ms is {policy.DefaultDeadlineMs}",
        _ when !Enum.IsDefined(policy.Scope) || !Enum.IsDefined(policy.Admission) => "a policy with an unknown scope or admission",
        _ => null,
    };
}

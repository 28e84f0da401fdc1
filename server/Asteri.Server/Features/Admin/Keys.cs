using System.Diagnostics;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Asteri.Server.Security;
using Asteri.V1;
using Google.Protobuf.WellKnownTypes;

namespace Asteri.Server.Features.Admin;

/// <summary>AdminService's keys: CreateKey, ListKeys, RotateKey, RevokeKey. Every change stands in the audit log before it is made.</summary>
internal sealed class Keys(AdminAccess access)
{
    private const long MaxOverlapSeconds = 2_592_000;
    private const int MaxRequestIdLength = 64;

    public async ValueTask<CreateKeyResponse> CreateAsync(CreateKeyRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        var spec = new KeySpec(request.Tenant, ScopeSet.Of(request.Scopes), NamePatterns.Of(request.NamePatterns))
        {
            Note = request.Note,
            ExpiresAt = request.ExpiresAt?.ToDateTimeOffset(),
        };

        var id = IdOf(request.RequestId, call);
        var key = await access.Audit.RecordAsync(
            Principal.Of(call), "key.create", request.Tenant, () => access.Keys.CreateAsync(spec, id, call.Cancellation));
        return new() { Key = ToWire(key.Information), Secret = key.Reveal(), Meta = Replies.Meta(call, started, requestId: request.RequestId) };
    }

    public ValueTask<ListKeysResponse> ListAsync(ListKeysRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        var keys = access.Keys.List(request.Tenant.Length == 0 ? null : request.Tenant);
        return ValueTask.FromResult(new ListKeysResponse { Keys = { keys.Select(ToWire) }, Meta = Replies.Meta(call, started) });
    }

    public async ValueTask<RotateKeyResponse> RotateAsync(RotateKeyRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        if (request.OverlapSeconds is < 0 or > MaxOverlapSeconds)
        {
            throw RpcException.Invalid("overlap_seconds", $"{request.OverlapSeconds} is out of range; 0 to {MaxOverlapSeconds:N0} (30 days).");
        }

        CheckKeyId(request.KeyId);
        var id = IdOf(request.RequestId, call);
        var overlap = TimeSpan.FromSeconds(request.OverlapSeconds);
        var key = await access.Audit.RecordAsync(
            Principal.Of(call), "key.rotate", request.KeyId, () => access.Keys.RotateAsync(request.KeyId, overlap, id, call.Cancellation))
            ?? throw Absent(request.KeyId);
        return new() { Key = ToWire(key.Information), Secret = key.Reveal(), Meta = Replies.Meta(call, started, requestId: request.RequestId) };
    }

    public async ValueTask<RevokeKeyResponse> RevokeAsync(RevokeKeyRequest request, ServerCall call)
    {
        long started = Stopwatch.GetTimestamp();
        CheckKeyId(request.KeyId);
        bool revoked = await access.Audit.RecordAsync(
            Principal.Of(call), "key.revoke", request.KeyId, () => access.Keys.RevokeAsync(request.KeyId, call.Cancellation));
        return revoked ? new() { Meta = Replies.Meta(call, started) } : throw Absent(request.KeyId);
    }

    private static void CheckKeyId(string keyId)
    {
        if (!KeyText.IsId(keyId)) { throw RpcException.Invalid("key_id", "it is no key's id: 12 of a-z and 0-9, the third part of a key."); }
    }

    private static RpcException Absent(string keyId) => new(RpcCode.NotFound, $"There is no key '{keyId}'.");

    private static RequestId IdOf(string requestId, ServerCall call) => requestId.Length switch
    {
        0 => default,
        > MaxRequestIdLength => throw RpcException.Invalid("request_id", $"{requestId.Length} characters; the limit is {MaxRequestIdLength}."),
        _ => RequestId.From($"keys\n{Principal.Of(call).Tenant}", requestId),
    };

    private static KeyInfo ToWire(KeyInformation key) => new()
    {
        KeyId = key.KeyId,
        Tenant = key.Spec.Tenant,
        Scopes = { key.Spec.Scopes.ToList() },
        NamePatterns = { key.Spec.Names.Texts },
        Note = key.Spec.Note,
        CreatedAt = key.CreatedAt.ToTimestamp(),
        ExpiresAt = key.Spec.ExpiresAt?.ToTimestamp(),
        LiveSecrets = key.LiveSecrets,
        LastUsedAt = key.LastUsedAt?.ToTimestamp(),
    };
}

namespace Asteri.Engine.Storage;

/// <summary>The idempotency id of a write: 128 bits. The default value means "none: every try is a write of its own".</summary>
public readonly record struct RequestId(ulong High, ulong Low)
{
    public bool IsNone => High == 0 && Low == 0;

    /// <summary>The id of a caller's text, within the caller's own scope: the first 128 bits of a SHA-256 over both.</summary>
    public static RequestId From(string scope, string text) => throw new NotSupportedException("to be written");

    /// <summary>A fresh random id.</summary>
    public static RequestId New() => throw new NotSupportedException("to be written");
}

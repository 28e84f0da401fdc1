namespace Asteri.Engine.Storage;

/// <summary>The store's one exception: a fault and a message with what, where and what to do.</summary>
public sealed class StoreException(StoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreFault Fault { get; } = fault;
}

using Google.Protobuf;

namespace Asteri.Rpc.Framing;

/// <summary>The text fields of a message type, found once for the type and then without a look-up.</summary>
internal static class TextFieldsOf<TMessage>
    where TMessage : class, IMessage<TMessage>, new()
{
    public static readonly TextFields Known = TextFields.Of(new TMessage().Descriptor);
}

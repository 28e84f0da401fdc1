using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Json.Messages;

/// <summary>The messages of google.protobuf that have a JSON form of their own.</summary>
internal enum WellKnownForm
{
    /// <summary>An object with a property a field.</summary>
    None,
    Timestamp,
    Duration,
    FieldMask,

    /// <summary>The wrapped value itself: google.protobuf.Int64Value and its like.</summary>
    Wrapper,
    Struct,
    Value,
    ListValue,
    Any,
}

internal static class WellKnownForms
{
    public static WellKnownForm Of(MessageDescriptor descriptor) => descriptor.FullName switch
    {
        "google.protobuf.Timestamp" => WellKnownForm.Timestamp,
        "google.protobuf.Duration" => WellKnownForm.Duration,
        "google.protobuf.FieldMask" => WellKnownForm.FieldMask,
        "google.protobuf.Struct" => WellKnownForm.Struct,
        "google.protobuf.Value" => WellKnownForm.Value,
        "google.protobuf.ListValue" => WellKnownForm.ListValue,
        "google.protobuf.Any" => WellKnownForm.Any,
        "google.protobuf.DoubleValue" or "google.protobuf.FloatValue" or "google.protobuf.Int64Value" or "google.protobuf.UInt64Value"
            or "google.protobuf.Int32Value" or "google.protobuf.UInt32Value" or "google.protobuf.BoolValue" or "google.protobuf.StringValue"
            or "google.protobuf.BytesValue" => WellKnownForm.Wrapper,
        _ => WellKnownForm.None,
    };
}

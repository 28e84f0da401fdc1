using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Asteri.Rpc.Json.Http;

/// <summary>What a request's headers say about its body and about the reply that it wants.</summary>
internal static class ContentHeaders
{
    /// <summary>True when the body is of this media type and in UTF-8.</summary>
    public static bool HasType(HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for gzip, false for none; null for an encoding that is not spoken.</summary>
    public static bool? IsGzip(HttpRequest request)
    {
        string encoding = request.Headers.ContentEncoding.ToString();
        return encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase) ? false
            : encoding.Equals(JsonNames.Gzip, StringComparison.OrdinalIgnoreCase) ? true
            : null;
    }

    /// <summary>True when the caller takes gzip; a quality of 0 is a no.</summary>
    public static bool AcceptsGzip(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)) { return false; }
        var gzip = accepted.FirstOrDefault(a => a.Value.Equals(JsonNames.Gzip, StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(a => a.Value == "*");
        return gzip is not null && gzip.Quality is not 0;
    }
}

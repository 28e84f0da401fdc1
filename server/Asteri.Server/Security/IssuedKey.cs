namespace Asteri.Server.Security;

/// <summary>A key at the one moment when its secret is known. Printing it prints no secret.</summary>
public sealed class IssuedKey
{
    private readonly KeyText _text;

    internal IssuedKey(KeyInformation information, KeyText text) => (Information, _text) = (information, text);

    public KeyInformation Information { get; }

    /// <summary>The whole key, for its owner: ast_&lt;environment&gt;_&lt;id&gt;_&lt;secret&gt;.</summary>
    public string Reveal() => _text.Reveal();

    public override string ToString() => _text.ToString();
}

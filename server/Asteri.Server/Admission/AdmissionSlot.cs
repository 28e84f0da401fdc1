namespace Asteri.Server.Admission;

/// <summary>Room for one piece of work, until it is disposed; disposing it again does nothing.</summary>
public sealed class AdmissionSlot : IDisposable
{
    public void Dispose()
    {
    }
}

namespace Asteri.Server.Telemetry;

/// <summary>One metric under one set of labels. Written by every call, without a lock; read by the page.</summary>
internal sealed class MetricSeries(string labels, double[] buckets)
{
    private readonly long[] _counts = new long[buckets.Length + 1];
    private double _value;

    /// <summary>The labels as Prometheus text, without braces.</summary>
    public string Labels => labels;

    /// <summary>The sum of a histogram's values, or the value of any other kind.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>The page's turn in which an observed value came last: one that is no longer observed is no longer shown.</summary>
    public long Turn { get; set; }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        double before = Volatile.Read(ref _value);
        while (true)
        {
            double seen = Interlocked.CompareExchange(ref _value, before + value, before);
            // By bits: a sum that has become NaN would otherwise never equal itself.
            if (BitConverter.DoubleToInt64Bits(seen) == BitConverter.DoubleToInt64Bits(before)) { return; }
            before = seen;
        }
    }

    /// <summary>Counts a value into its bucket: the first whose upper bound is not below it.</summary>
    public void Count(double value)
    {
        int bucket = Array.BinarySearch(buckets, value);
        Interlocked.Increment(ref _counts[bucket < 0 ? ~bucket : bucket]);
        Add(value);
    }

    /// <summary>The buckets' counts, the last one without an upper bound.</summary>
    public long[] Counts()
    {
        long[] counts = new long[_counts.Length];
        for (int i = 0; i < counts.Length; i++) { counts[i] = Volatile.Read(ref _counts[i]); }
        return counts;
    }
}

namespace Sineta.Delivery.Dispatch;

/// <summary>Durations as the log keeps them.</summary>
internal static class MicrosecondTime
{
    extension(TimeProvider time)
    {
        public int MicrosecondsSince(long timestamp) => time.MicrosecondsBetween(timestamp, time.GetTimestamp());

        public int MicrosecondsBetween(long from, long to) => (int)time.GetElapsedTime(from, to).TotalMicroseconds;
    }
}

//! What the values of a metric are.

use super::words;

words! {
    /// What the values of a metric are.
    ///
    /// AWS: [`StandardUnit`](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html).
    Unit {
        /// Bits.
        Bits "Bits",
        /// Bits each second.
        BitsPerSecond "Bits/Second",
        /// Bytes.
        Bytes "Bytes",
        /// Bytes each second.
        BytesPerSecond "Bytes/Second",
        /// How many there are.
        Count "Count",
        /// How many come each second.
        CountPerSecond "Count/Second",
        /// 10⁹ bits.
        Gigabits "Gigabits",
        /// 10⁹ bits each second.
        GigabitsPerSecond "Gigabits/Second",
        /// 10⁹ bytes.
        Gigabytes "Gigabytes",
        /// 10⁹ bytes each second.
        GigabytesPerSecond "Gigabytes/Second",
        /// Thousands of bits.
        Kilobits "Kilobits",
        /// Thousands of bits each second.
        KilobitsPerSecond "Kilobits/Second",
        /// Thousands of bytes.
        Kilobytes "Kilobytes",
        /// Thousands of bytes each second.
        KilobytesPerSecond "Kilobytes/Second",
        /// Millions of bits.
        Megabits "Megabits",
        /// Millions of bits each second.
        MegabitsPerSecond "Megabits/Second",
        /// Millions of bytes.
        Megabytes "Megabytes",
        /// Millions of bytes each second.
        MegabytesPerSecond "Megabytes/Second",
        /// Millionths of a second.
        Microseconds "Microseconds",
        /// Thousandths of a second.
        Milliseconds "Milliseconds",
        /// Numbers without a unit.
        None "None",
        /// Hundredths.
        Percent "Percent",
        /// Seconds.
        Seconds "Seconds",
        /// 10¹² bits.
        Terabits "Terabits",
        /// 10¹² bits each second.
        TerabitsPerSecond "Terabits/Second",
        /// 10¹² bytes.
        Terabytes "Terabytes",
        /// 10¹² bytes each second.
        TerabytesPerSecond "Terabytes/Second",
    }
}

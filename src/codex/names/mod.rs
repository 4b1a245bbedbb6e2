//! Wire names and the names that scripts see.

//! What goes to the network.

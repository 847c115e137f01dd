"""The notebook's training by several processes at once, one for each machine or each GPU.

Each builds the same graph, holds all the weights, and computes on its share of every batch. Before
the update, TensorFlow's collective operations add up the gradients of all, passing them around a
ring. So all take the same step, and N processes end where one would: `python train_on_many.py`.
"""

# exit statuses of a worker, besides 0
FAILED, MISUSED, INTERRUPTED = 1, 2, 130
AGAIN = 75                      # another worker is gone, nothing is wrong here: start all again
